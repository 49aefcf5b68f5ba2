// Places that no rule of axe-core tells and that can be told surely enough for a person to look at: text that only looks
// like a heading, tables without heads, choices without a group, words for pictures that say nothing, forms without a
// button, focus whose mark is taken away. Says where, with a little of the markup; changes nothing.
({ words }) => {
  const MOST = 10;
  const isShown = element => {
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && style.opacity !== '0'
      && !element.closest('[aria-hidden=true], [inert]');
  };
  const text = element => (element.textContent || '').replace(/\s+/g, ' ').trim();
  const part = element => {
    if (element.id && /^[A-Za-z][\w-]*$/.test(element.id)) return `#${element.id}`;
    const alike = element.parentElement ? [...element.parentElement.children].filter(e => e.localName === element.localName) : [];
    return element.localName + (alike.length > 1 ? `:nth-of-type(${alike.indexOf(element) + 1})` : '');
  };
  const selector = element => {
    const parts = [];
    for (let node = element; node && node !== document.documentElement && parts.length < 6; node = node.parentElement) {
      parts.unshift(part(node));
      if (parts[0].startsWith('#')) break;
    }
    return parts.join(' > ');
  };
  const all = query => [...document.querySelectorAll(query)].filter(isShown);
  const size = element => parseFloat(getComputedStyle(element).fontSize);
  const weight = element => parseInt(getComputedStyle(element).fontWeight, 10) || 400;

  const looksLikeHeading = element => {
    const said = text(element);
    if (said.length < 3 || said.length > 90 || /[.,;:!?]$/.test(said) || element.querySelector('a, button, input, img, br')) return false;
    if (element.closest('h1, h2, h3, h4, h5, h6, [role=heading], table, li, dl, figure, label, legend, button, a, nav, header, footer, blockquote, summary, [role=tab]')) return false;
    const inner = element.children.length === 1 && text(element.firstElementChild) === said ? element.firstElementChild : element;
    const next = element.nextElementSibling;
    if (!next || !/^(p|ul|ol)$/.test(next.localName) || text(next).length < Math.max(60, said.length)) return false;
    return weight(inner) >= 600 && weight(next) < 600 && size(inner) >= 1.15 * size(next);
  };
  const lacksHeads = table => {
    if (/^(presentation|none)$/.test(table.getAttribute('role') || '') || table.querySelector('th, [scope], [headers], [role*=header], table, form, h1, h2, nav')) return false;
    const rows = [...table.rows].map(row => [...row.cells]);
    if (rows.length < 3 || rows[0].length < 2 || rows.some(cells => cells.length !== rows[0].length)) return false;
    return rows.every(cells => cells.every(cell => text(cell).length <= 80 && !cell.querySelector('img, p + p'))) && rows[0].every(cell => text(cell));
  };
  const isGrouped = input => {
    const group = input.closest('fieldset, [role=radiogroup], [role=group]');
    if (!group) return false;
    return !!(group.querySelector('legend') || group.getAttribute('aria-label') || group.getAttribute('aria-labelledby'));
  };
  const ungrouped = () => {
    const sets = new Map();
    for (const input of document.querySelectorAll('input[type=radio][name]')) {
      const key = input.form || document;
      if (!sets.has(key)) sets.set(key, new Map());
      sets.get(key).set(input.name, [...(sets.get(key).get(input.name) || []), input]);
    }
    return [...sets.values()].flatMap(byName => [...byName.values()])
      .filter(inputs => inputs.length > 1 && inputs.some(input => isShown(input.labels && input.labels[0] ? input.labels[0] : input)) && !inputs.some(isGrouped))
      .map(inputs => inputs[0]);
  };
  const saysNothing = image => {
    const alt = (image.getAttribute('alt') || '').trim().toLowerCase();
    if (!alt || image.clientWidth < 24 || image.clientHeight < 24) return false;
    return /\.(jpe?g|png|gif|webp|svg|bmp|tiff?|avif)$/.test(alt) || /^(img|dsc[nf]?|p|image|photo|pict?)[\s_-]?\d{2,}$/.test(alt)
      || /^[\d\s_.x-]+$/.test(alt) || words.includes(alt.replace(/[\s_.-]*\d*$/, ''));
  };
  const lacksButton = form => {
    const fields = [...form.elements].filter(field => /^(text|email|tel|number|date|password|url|textarea)$/.test(field.type) && isShown(field));
    const buttons = 'button:not([type=button]):not([type=reset]), input[type=submit], input[type=image], [role=button], button[onclick], input[type=button], button';
    return fields.length > 1 && !form.querySelector(buttons) && !(form.id && document.querySelector(`[form="${CSS.escape(form.id)}"]`))
      && !fields.some(field => field.oninput || field.onchange);
  };
  const unmarked = () => {
    const rules = [];
    const read = list => { for (const rule of list) { if (rule.selectorText) rules.push(rule); if (rule.cssRules && rule.cssRules.length) read(rule.cssRules); } };
    let isWhole = true;
    for (const sheet of document.styleSheets) { try { read(sheet.cssRules); } catch { isWhole = false; } }
    if (!isWhole) return []; // a sheet of another host may bring another mark
    const focused = rules.filter(rule => /:focus/.test(rule.selectorText));
    const marks = rule => ['box-shadow', 'border', 'border-color', 'border-bottom', 'background', 'background-color', 'color', 'text-decoration', 'transform']
      .some(name => rule.style.getPropertyValue(name)) || /solid|dotted|dashed|double|auto/.test(rule.style.outlineStyle || rule.style.outline || '');
    const takes = rule => rule.style.outlineStyle === 'none' || /^0(px)?$/.test(rule.style.outlineWidth || '') || /^(none|0)/.test(rule.style.outline || '');
    const bare = sel => sel.replace(/:focus(-visible|-within)?/g, '');
    const hits = (element, rule, without) => rule.selectorText.split(',').some(sel => {
      if (without && !/:focus(?!-within)/.test(sel)) return false;
      if (/:not\(:focus-visible\)|:not\(:focus\)/.test(sel)) return false;
      try { return element.matches(bare(sel) || '*'); } catch { return false; }
    });
    return all('a[href], button, input:not([type=hidden]), select, textarea, [tabindex="0"]').slice(0, 200).filter(element =>
      focused.some(rule => takes(rule) && !marks(rule) && hits(element, rule, true)) && !focused.some(rule => marks(rule) && hits(element, rule, false)));
  };
  const found = {
    'fake-heading': all('p, div').filter(looksLikeHeading),
    'table-without-heads': all('table').filter(lacksHeads),
    'ungrouped-choices': ungrouped(),
    'empty-picture-words': all('img[alt]').filter(saysNothing),
    'form-without-button': all('form').filter(lacksButton),
    'focus-unmarked': unmarked(),
  };
  return Object.entries(found).filter(([, elements]) => elements.length).map(([id, elements]) => ({
    id, count: elements.length,
    nodes: elements.slice(0, MOST).map(element => ({ target: selector(element), html: element.outerHTML.slice(0, 200) })),
  }));
}
