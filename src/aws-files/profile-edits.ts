import type { FileEdits } from './edit.ts';
import type { Snapshot } from './snapshot.ts';

type Keys = Readonly<Record<string, string>>;

// All of them throw `UserError` when the edit is refused (unknown or existing name, bad name or value).
export declare function createProfile(snapshot: Snapshot, name: string, keys: Keys): FileEdits;
/** `null` unsets. Set: the file where the effective value stands (credentials first), else the one AWS CLI would choose. */
export declare function setProfileKey(
  snapshot: Snapshot,
  name: string,
  key: string,
  value: string | null,
): FileEdits;
export declare function renameProfile(snapshot: Snapshot, name: string, newName: string): FileEdits;
export declare function duplicateProfile(snapshot: Snapshot, name: string, newName: string): FileEdits;
export declare function deleteProfile(snapshot: Snapshot, name: string): FileEdits;
export declare function createSession(snapshot: Snapshot, name: string, keys: Keys): FileEdits;
export declare function setSessionKey(
  snapshot: Snapshot,
  name: string,
  key: string,
  value: string | null,
): FileEdits;
export declare function renameSession(snapshot: Snapshot, name: string, newName: string): FileEdits;
export declare function deleteSession(snapshot: Snapshot, name: string): FileEdits;
