// What the pages do with a script: times in the reader's zone, the zoom of the timeline, and updates every ten seconds
// that keep what the reader is doing. Without it every page is whole and shows UTC.
'use strict';
(() => {
  const language = document.documentElement.lang;
  const main = document.getElementById('main');
  const utcLength = '2026-11-22 10:00:00 UTC'.length;
  const day = {year: 'numeric', month: 'short', day: 'numeric'};
  const clock = {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'};
  const localTime = new Intl.DateTimeFormat(language, {...day, ...clock});
  const exactTime = new Intl.DateTimeFormat(language, {...day, ...clock, timeZoneName: 'short'});

  function localise(root) {
    for (const time of root.querySelectorAll('time')) {
      const at = new Date(time.dateTime);
      if (isNaN(at)) continue;
      time.textContent = localTime.format(at);
      time.title = `${exactTime.format(at)} · ${time.dateTime}`;
    }
    for (const tip of root.querySelectorAll('[data-time]')) {
      const at = new Date(tip.dataset.time);
      if (!isNaN(at)) tip.textContent = localTime.format(at) + tip.textContent.slice(utcLength);
    }
  }

  // The timeline: zooming makes the picture wider, its places are per cent.
  const second = 1000, minute = 60 * second, hour = 60 * minute, wholeDay = 24 * hour;
  const divisions = [second, 5 * second, 15 * second, minute, 5 * minute, 15 * minute, 30 * minute, hour, 3 * hour,
    6 * hour, 12 * hour, wholeDay, 2 * wholeDay, 7 * wholeDay, 14 * wholeDay, 28 * wholeDay, 91 * wholeDay,
    364 * wholeDay];
  const mostZoom = 512;
  let zoom = 1;

  function svg(name, attributes, text) {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text) element.textContent = text;
    return element;
  }

  function drawAxis(figure, width) {
    const from = Date.parse(figure.dataset.from), to = Date.parse(figure.dataset.to);
    const axis = figure.querySelector('.axis');
    if (!axis || isNaN(from) || isNaN(to)) return;
    const wanted = (to - from) * 80 / width;
    const division = divisions.find(one => one >= wanted) ?? wholeDay * Math.ceil(wanted / wholeDay);
    const time = new Intl.DateTimeFormat(language, {...clock, second: division < minute ? '2-digit' : undefined});
    const date = new Intl.DateTimeFormat(language, {month: 'short', day: 'numeric'});
    const offset = new Date(from).getTimezoneOffset() * minute;
    const place = at => `${100 * (at - from) / (to - from)}%`;
    const marks = [];
    let lastDate = '';
    for (let at = Math.ceil((from - offset) / division) * division + offset; at <= to; at += division) {
      marks.push(svg('line', {x1: place(at), x2: place(at), y1: 34, y2: axis.dataset.height}));
      const x = width * (at - from) / (to - from);
      const edge = x < 24 ? 'is-first' : x > width - 24 ? 'is-last' : '';
      marks.push(svg('text', {x: place(at), y: 28, class: edge}, time.format(at)));
      if (date.format(at) !== lastDate) marks.push(svg('text', {x: place(at), y: 13, class: edge}, date.format(at)));
      lastDate = date.format(at);
    }
    axis.replaceChildren(...marks);
  }

  function drawTimeline() {
    const figure = document.querySelector('.timeline');
    if (!figure) return;
    figure.querySelector('.zoom').hidden = false;
    const view = figure.querySelector('.view'), picture = figure.querySelector('.picture');
    picture.setAttribute('width', `${100 * zoom}%`);
    const width = view.clientWidth * zoom;
    drawAxis(figure, width);
    for (const box of picture.querySelectorAll('.box[data-columns]')) {
      const room = parseFloat(box.getAttribute('width')) * width / 100;
      box.classList.toggle('is-tight', room < box.dataset.columns * 7 + 10);
    }
  }

  function zoomTo(wanted) {
    const view = document.querySelector('.view');
    const next = Math.min(Math.max(wanted, 1), mostZoom);
    const middle = (view.scrollLeft + view.clientWidth / 2) / zoom;
    zoom = next;
    drawTimeline();
    view.scrollLeft = middle * zoom - view.clientWidth / 2;
  }

  const zooms = {in: () => zoomTo(zoom * 2), out: () => zoomTo(zoom / 2), whole: () => zoomTo(1)};
  const zoomKeys = {'+': 'in', '=': 'in', '-': 'out', '0': 'whole'};
  main.addEventListener('click', event => {
    const button = event.target.closest('[data-zoom]');
    if (button) zooms[button.dataset.zoom]();
  });
  main.addEventListener('keydown', event => {
    const wanted = zoomKeys[event.key];
    if (!wanted || event.ctrlKey || event.metaKey || event.altKey || !event.target.closest('.timeline')) return;
    event.preventDefault();
    zooms[wanted]();
  });
  window.addEventListener('resize', drawTimeline);

  // Updates: the new page's content is worked into the old one, so that everything that stays is the same element.
  const isOurs = name => name === 'open' || name === 'hidden';

  function sameKind(old, fresh) {
    return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && keyOf(old) === keyOf(fresh);
  }

  function keyOf(node) {
    return node.nodeType === Node.ELEMENT_NODE ? node.getAttribute('data-key') ?? node.id : '';
  }

  function updateAttributes(old, fresh) {
    for (const {name} of [...old.attributes])
      if (!fresh.hasAttribute(name) && !isOurs(name)) old.removeAttribute(name);
    for (const {name, value} of fresh.attributes)
      if (old.getAttribute(name) !== value && !isOurs(name)) old.setAttribute(name, value);
  }

  function update(old, fresh) {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    updateAttributes(old, fresh);
    const keyed = new Map();
    for (const child of old.childNodes) if (keyOf(child)) keyed.set(keyOf(child), child);
    let place = old.firstChild;
    for (const wanted of [...fresh.childNodes]) {
      let child = keyOf(wanted) ? keyed.get(keyOf(wanted)) : place;
      if (child && sameKind(child, wanted)) {
        if (child === place) place = place.nextSibling;
        else old.insertBefore(child, place);
        update(child, wanted);
      } else {
        old.insertBefore(document.importNode(wanted, true), place);
      }
    }
    while (place) {
      const next = place.nextSibling;
      place.remove();
      place = next;
    }
  }

  function keepingPlace(change) {
    const focus = document.activeElement;
    const selection = getSelection();
    const {anchorNode, anchorOffset, focusNode, focusOffset, isCollapsed} = selection;
    const view = document.querySelector('.view');
    const place = [scrollX, scrollY, view?.scrollLeft ?? 0];
    change();
    if (focus !== document.activeElement && focus?.isConnected) focus.focus({preventScroll: true});
    const length = node => node.nodeType === Node.TEXT_NODE ? node.length : node.childNodes.length;
    if (!isCollapsed && anchorNode?.isConnected && focusNode?.isConnected)
      selection.setBaseAndExtent(anchorNode, Math.min(anchorOffset, length(anchorNode)), focusNode,
        Math.min(focusOffset, length(focusNode)));
    const newView = document.querySelector('.view');
    if (newView) newView.scrollLeft = place[2];
    if (scrollX !== place[0] || scrollY !== place[1]) scrollTo(place[0], place[1]);
  }

  const every = 10 * second;
  const button = document.getElementById('updates');
  const offline = document.getElementById('offline');
  const news = document.getElementById('news');
  let paused = false, waiting = 0, asking = null;

  function show(page) {
    const fresh = page.getElementById('main');
    if (!fresh) throw new Error('no page of the register');
    localise(fresh);
    const told = main.dataset.news;
    keepingPlace(() => {
      update(main, fresh);
      drawTimeline();
    });
    document.title = page.title;
    if (main.dataset.news !== told) news.textContent = main.dataset.news;
  }

  async function refresh() {
    asking = new AbortController();
    const timeout = setTimeout(() => asking?.abort(), every);
    try {
      const answer = await fetch(location.href,
        {headers: {Accept: 'text/html'}, cache: 'no-cache', signal: asking.signal});
      if (!answer.ok && answer.status !== 404) throw new Error(answer.statusText);
      const text = await answer.text();
      if (!paused) show(new DOMParser().parseFromString(text, 'text/html'));
      offline.hidden = true;
    } catch {
      // An update that was broken off because nobody looks is no trouble.
      if (!paused && !document.hidden) offline.hidden = false;
    }
    clearTimeout(timeout);
    asking = null;
    plan(every);
  }

  function plan(wait) {
    clearTimeout(waiting);
    if (!paused && !document.hidden && !asking) waiting = setTimeout(refresh, wait);
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) asking?.abort();
    plan(0);
  });
  button.addEventListener('click', () => {
    paused = !paused;
    [button.textContent, button.dataset.resume] = [button.dataset.resume, button.textContent];
    plan(0);
  });

  localise(document);
  drawTimeline();
  button.hidden = false;
  plan(every);
})();
