/**
 * What a page measures of itself, as source for the browser. `timed(act, done)` gives the milliseconds from `act()` to the
 * frame after the one in which `done()` holds: what was asked for is on the screen.
 */
export const IN_PAGE = `
  window.frame = () => new Promise(requestAnimationFrame);
  window.until = async (done) => {
    const start = performance.now();
    while (!done()) {
      if (performance.now() - start > 20000) throw new Error('it never came about: ' + done);
      await frame();
    }
    await frame();
  };
  window.timed = async (act, done) => {
    const start = performance.now();
    act();
    await until(done);
    return performance.now() - start;
  };
  window.one = (selector) => document.querySelector(selector);
  window.named = (selector, name) =>
    [...document.querySelectorAll(selector)].find((each) => each.textContent.trim().startsWith(name));
  window.labelled = (name) => {
    const label = named('label', name);
    return label && document.getElementById(label.htmlFor);
  };
  window.type = (input, text) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  window.firstRun = () => one('tbody tr[aria-rowindex] a')?.textContent ?? '';
  // The page's charts that are on the screen; those below it come a moment later.
  window.areDrawn = () => {
    const figures = [...document.querySelectorAll('figure')];
    const isBelow = (figure) => figure.getBoundingClientRect().top > innerHeight;
    return figures.length > 0 && figures.every((each) => isBelow(each) || each.querySelector('canvas'));
  };
  window.isStill = () => !one('[aria-label=Loading]');
`;
