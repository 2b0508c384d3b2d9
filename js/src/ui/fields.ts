// Attributes that fields of a form have in common.

/** A field whose text is data: browsers must not correct what is typed. */
export const PLAIN = { autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
