// The limits of tsvshare.v1, as in tsvshare_widget/protocol/limits.py and query.py;
// tests/golden/limits.json has those that both languages keep to.

/** Columns in a page that is broadcast; the rest of a wider table is requested by `look`. */
export const PAGE_COLUMNS = 100;
/** Names that are asked for at once. */
export const MAX_NAMED = 1000;
export const DEFAULT_PAGE_SIZE = 100;
export const MAX_PAGE_SIZE = 1000;
/** Characters of the `id` of a request. */
export const MAX_ID = 128;
/** Characters of a viewer’s name. */
export const MAX_NAME = 60;
/** Characters of a search or of one value in a filter. */
export const MAX_TEXT = 1000;
/** Seconds between two `hb` of the relay, until it has said. */
export const HEARTBEAT_SECONDS = 25;
/** Seconds beyond the relay's heartbeat after which silence means that the connection is dead. */
export const GRACE_SECONDS = 10;
/** Seconds between two signs of life of a kernel, until it has said. */
export const BEAT_SECONDS = 10;
/** Seconds that an answer may take which needs no look at the whole table. */
export const ANSWER_SECONDS = 15;
/** Reading a large file anew takes its time; a connection that is lost ends the wait sooner. */
export const REREAD_SECONDS = 900;
