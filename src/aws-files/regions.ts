export type Region = { readonly id: string; readonly name: string };
export declare function listRegions(): readonly Region[];
/** "Europe (Ireland)", or undefined for one that is not in the list. */
export declare function regionName(id: string): string | undefined;
