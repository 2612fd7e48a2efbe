/* The worker of the search. It runs Material's, named in its own address, and before each search replaces a word that
   is nowhere in the index by the nearest ones that are: another spelling, a plural, a number with its ending. So the
   index needs no other spellings, and no one waits for them. For an index in parts it runs sharded.js. */

const SETUP = 0, QUERY = 2;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const plain = word => word.normalize("NFD").replace(/\p{M}/gu, "");

let vocabulary, answer;

addEventListener("message", event => {
  if (!event.isTrusted) return; // sharded.js asks Material
  const { data } = event;
  if (data.type === SETUP && data.data.config.parts) importScripts("sharded.js");
  if (answer) {
    event.stopImmediatePropagation();
    answer(data);
  } else if (data.type === QUERY && vocabulary)
    data.data = data.data.replace(WORD, word => nearest(word, vocabulary));
});

importScripts(location.search.slice(1));

const build = lunr.Builder.prototype.build;
lunr.Builder.prototype.build = function () {
  const index = build.call(this);
  vocabulary = vocabularyOf(Object.keys(index.invertedIndex), () => index.tokenSet);
  return index;
};

/* Words to choose from. `set` returns them as lunr needs them to find similar ones. */
function vocabularyOf(words, set) {
  return { words, set, accented: words.filter(word => plain(word) !== word) };
}

/* What to search for instead of a word. `^1` keeps Material from taking it for the beginning of a word. */
function nearest(typed, { words, accented, set }) {
  const word = typed.toLowerCase();
  const number = /^(\p{N}+)\p{L}{1,2}$/u.exec(word);
  const same = accented.filter(other => plain(other).startsWith(plain(word)) && !other.startsWith(word));
  if (words.some(other => other.startsWith(word)) || word.length < 3 && !number && !same.length)
    return [typed, ...same.slice(0, 5)].join(" ");
  if (same.length) return same.slice(0, 5).join(" ");
  if (number) return `${number[1]}^1`;
  const found = similar(word, 1, set) || word.length > 7 && similar(word, 2, set) || beginning(word, words) || [typed];
  return found.slice(0, 5).join(" ");
}

/* The words in the index within some edits: letters put in, left out, replaced or swapped. */
function similar(word, edits, set) {
  if (word.length < 4) return null;
  const found = set().intersect(lunr.TokenSet.fromFuzzyString(word, edits)).toArray();
  return found.length ? found.map(other => `${other}^1`) : null;
}

/* The longest beginning of the word that begins a word in the index, without at most three letters: `countries`. */
function beginning(word, words) {
  for (let length = word.length - 1; length >= Math.max(4, word.length - 3); length--)
    if (words.some(other => other.startsWith(word.slice(0, length)))) return [word.slice(0, length)];
  return null;
}
