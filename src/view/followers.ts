/**
 * These profiles and all whose rows look as they do because of one of them, over however many steps. `follows` has for
 * each row the profile that it follows, if it follows one (`Row.follows`).
 */
export function withFollowers(
  profiles: Iterable<string>,
  follows: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const followers = new Map<string, string[]>();
  for (const [name, followed] of follows) {
    const list = followers.get(followed);
    if (list === undefined) {
      followers.set(followed, [name]);
    } else {
      list.push(name);
    }
  }
  const found = new Set(profiles);
  // What is added on the way is gone over, too; what goes in a circle is there once.
  for (const name of found) {
    for (const follower of followers.get(name) ?? []) {
      found.add(follower);
    }
  }
  return found;
}
