/* The worker of the search. It runs Material's, named in its own address, and before each search replaces a word that
   is nowhere in the index by the nearest ones that are: another spelling, a plural, a number with its ending. So the
   index needs no other spellings, and no one waits for them. */

const QUERY = 2;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const plain = word => word.normalize("NFD").replace(/\p{M}/gu, "");

let index, words, accented;

addEventListener("message", ({ data }) => {
  if (data.type === QUERY && index) data.data = data.data.replace(WORD, nearest);
});

importScripts(location.search.slice(1));

const build = lunr.Builder.prototype.build;
lunr.Builder.prototype.build = function () {
  index = build.call(this);
  words = Object.keys(index.invertedIndex);
  accented = words.filter(word => plain(word) !== word);
  return index;
};

/* What to search for instead of a word. `^1` keeps Material from taking it for the beginning of a word. */
function nearest(typed) {
  const word = typed.toLowerCase();
  const number = /^(\p{N}+)\p{L}{1,2}$/u.exec(word);
  const same = accented.filter(other => plain(other).startsWith(plain(word)) && !other.startsWith(word));
  if (words.some(other => other.startsWith(word)) || word.length < 3 && !number && !same.length)
    return [typed, ...same.slice(0, 5)].join(" ");
  if (same.length) return same.slice(0, 5).join(" ");
  if (number) return `${number[1]}^1`;
  const found = similar(word, 1) || word.length > 7 && similar(word, 2) || beginning(word) || [typed];
  return found.slice(0, 5).join(" ");
}

/* The words in the index within some edits: letters put in, left out, replaced or swapped. */
function similar(word, edits) {
  if (word.length < 4) return null;
  const found = index.tokenSet.intersect(lunr.TokenSet.fromFuzzyString(word, edits)).toArray();
  return found.length ? found.map(other => `${other}^1`) : null;
}

/* The longest beginning of the word that begins a word in the index, without at most three letters: `countries`. */
function beginning(word) {
  for (let length = word.length - 1; length >= Math.max(4, word.length - 3); length--)
    if (words.some(other => other.startsWith(word.slice(0, length)))) return [word.slice(0, length)];
  return null;
}
