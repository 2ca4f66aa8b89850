// The catalogue's sentences for the page, as the server sent them in the athlete's language.

/** Return t(key, params): the sentence with `{name}` filled in; with `n`, singular or plural. */
export function translator(texts) {
  return (key, params = {}) => {
    let found = texts[key];
    if (found === undefined && "n" in params) {
      found = (params.n === 1 && texts[`${key}_one`]) || texts[`${key}_other`];
    }
    return (found ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
  };
}
