// The limits of tsvshare.v1, as in tsvshare_widget/protocol/limits.py.

/** Columns in a page that is broadcast; the rest of a wider table is requested by `look`. */
export const PAGE_COLUMNS = 100;
export const DEFAULT_PAGE_SIZE = 100;
export const MAX_PAGE_SIZE = 1000;
/** Characters of a viewer’s name. */
export const MAX_NAME = 60;
/** Characters of a search or of one value in a filter. */
export const MAX_TEXT = 1000;
