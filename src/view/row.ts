/** A row of a tree as plain data; `ui` makes a `TreeItem` of it. Label and description are text, shown as it is. */
export type Row = {
  /** Unique in its view, and the same as long as the thing is the same. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon: Icon;
  /** Words that `when` clauses of menus look for. */
  readonly context: string;
  readonly collapsible: 'none' | 'collapsed';
  readonly accessibleLabel: string;
  /** A profile that is there, by whose token this row looks as it does; that one's row names the next. */
  readonly follows?: string;
  /** What a click does, besides selecting. */
  readonly command?: { readonly id: string; readonly title: string; readonly arguments: readonly unknown[] };
};

/** A codicon and a theme colour. */
export type Icon = { readonly id: string; readonly color?: string };
