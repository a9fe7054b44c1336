// Ten thousand pictures: the grid holds few tiles however far one scrolls, and labels given as fast as a person can press keys are all kept. Times are a matter for `npm run bench -- screens`.
import { expect, test } from './fixture.ts';
import { MANY } from './prepared.ts';

test.use({ prepared: 'many' });

const LABELS = 60;

test('ten thousand pictures scroll from end to end, and none of sixty quick labels is lost', async ({ studio: page }) => {
  await page.getByRole('link', { name: /^Images/ }).click();
  await expect(page.getByRole('listbox', { name: 'Images' }).getByRole('option').first()).toBeVisible();
  const { most, reached } = await page.evaluate(async () => {
    const box = document.querySelector<HTMLElement>('[role=listbox]')!;
    let most = 0;
    const steps = 60;
    for (let step = 0; step <= steps; step++) {
      box.scrollTop = (step / steps) * (box.scrollHeight - box.clientHeight);
      await new Promise(requestAnimationFrame);
      most = Math.max(most, box.querySelectorAll('[role=option]').length);
    }
    await new Promise(requestAnimationFrame);
    return { most, reached: Number([...box.querySelectorAll('[role=option]')].at(-1)?.getAttribute('aria-posinset')) };
  });
  expect(reached, 'the last picture can be reached').toBe(MANY);
  expect(most, 'only what is in view exists').toBeLessThan(150);

  await page.getByRole('link', { name: /^Label/ }).click();
  await expect(page.getByText('1 of 10,000')).toBeVisible();
  for (let label = 0; label < LABELS; label++) await page.keyboard.press(label % 2 === 0 ? '1' : '2');
  await expect(page.getByText(`${LABELS + 1} of 10,000`)).toBeVisible();
  // Saved is said of all: while one of them is on its way, the line is busy.
  await expect(page.locator('[role=status][aria-busy=false]').getByText(/^Saved/)).toBeVisible();
  await expect(page.getByText(`${LABELS} of 10,000 labelled`)).toBeVisible();
  await page.reload();
  await expect(page.getByText(`${LABELS} of 10,000 labelled`)).toBeVisible();
});
