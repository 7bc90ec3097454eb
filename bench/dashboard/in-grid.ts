/**
 * What the page of a dataset measures of its grid, as source for the browser, beside what every page does (in-page.ts).
 * `record()` begins to note how long each frame takes, `recorded()` ends it; `jump(share)` gives the milliseconds until tiles,
 * and until their pictures, are shown there.
 */
export const IN_GRID = `
  const scroller = () => one('section[aria-label^=Samples]');
  const inView = (element) => {
    const [box, view] = [element.getBoundingClientRect(), scroller().getBoundingClientRect()];
    return box.bottom > view.top && box.top < view.bottom;
  };
  const seen = (selector) => [...scroller().querySelectorAll(selector)].filter(inView);
  window.hasTiles = () =>
    scroller() && seen('a').length > 0 && seen('[class*=awaited]').length === 0;
  window.isShown = () =>
    hasTiles() && seen('img').length > 0 && seen('img').every((img) => img.complete && img.naturalWidth > 0);
  window.shown = () => until(isShown);
  window.totalOf = () => Number(one('[role=status]').textContent.replace(/\\D/g, ''));
  window.isAtEnd = () => {
    const { scrollTop, clientHeight, scrollHeight } = scroller();
    return scrollTop + clientHeight >= scrollHeight - 1;
  };
  window.lastKey = () => [...scroller().querySelectorAll('a')].at(-1).textContent.split(' · ').at(-1);
  window.jump = async (share) => {
    const { scrollHeight, clientHeight } = scroller();
    const start = performance.now();
    scroller().scrollTop = share * (scrollHeight - clientHeight);
    await frame();
    await until(hasTiles);
    const tiles = performance.now() - start;
    await until(isShown);
    return [tiles, performance.now() - start];
  };
  window.drag = async (milliseconds) => {
    const { scrollHeight, clientHeight } = scroller();
    const start = performance.now();
    for (let at = 0; at < 1; at = (performance.now() - start) / milliseconds) {
      scroller().scrollTop = at * (scrollHeight - clientHeight);
      await frame();
    }
  };
  let times;
  window.record = async () => {
    const own = (times = []);
    for (let last = await frame(); times === own; ) {
      const now = await frame();
      own.push(now - last);
      last = now;
    }
  };
  window.recorded = () => {
    const own = times;
    times = undefined;
    return own;
  };
  window.go = (search) => {
    window.before = one('[role=status]') ? totalOf() : 0;
    history.pushState(history.state, '', search);
    dispatchEvent(new PopStateEvent('popstate', { state: history.state }));
  };
  window.isFiltered = () => isStill() && totalOf() !== before && totalOf() > 0 && hasTiles();
`;
