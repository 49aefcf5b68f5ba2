// What the page loaded, as far as the page itself can tell; sizes of other origins are often kept from it.
() => {
  const first = performance.getEntriesByType('navigation')[0] || {};
  const rest = performance.getEntriesByType('resource');
  return {
    status: first.responseStatus || 0,
    bytes: [first, ...rest].reduce((sum, entry) => sum + (entry.transferSize || 0), 0),
    urls: rest.map(entry => entry.name),
  };
}
