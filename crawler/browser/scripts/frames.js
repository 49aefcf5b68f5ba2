// The frames of a document, those in open shadow roots too.
() => {
  const within = root => [...root.querySelectorAll('*')].flatMap(element => [
    ...(element.localName === 'iframe' || element.localName === 'frame' ? [element] : []),
    ...(element.shadowRoot ? within(element.shadowRoot) : []),
  ]);
  return within(document);
}
