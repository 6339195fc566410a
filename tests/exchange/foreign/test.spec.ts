import { test, expect } from '@playwright/test';

test('test', async ({ page }) => {
  await page.goto('http://127.0.0.1:8000/login');
  await page.getByRole('textbox', { name: 'Email' }).click();
  await page.getByRole('textbox', { name: 'Email' }).fill('ada@marginalia.test');
  await page.getByRole('textbox', { name: 'Password' }).click();
  await page.getByRole('textbox', { name: 'Password' }).fill('lovelace-1843');
  await page.getByTestId('sign-in').click();
  await page.getByRole('link', { name: 'Tasks', exact: true }).click();
  await page.getByRole('textbox', { name: 'What needs doing?' }).click();
  await page.getByRole('textbox', { name: 'What needs doing?' }).fill('Buy "twine" & tape');
  await page.getByRole('textbox', { name: 'What needs doing?' }).press('Enter');
  await page.getByRole('checkbox', { name: 'Water the plants' }).check();
  await page.getByRole('link', { name: 'Shop' }).click();
  await page.getByTestId('product-23').getByRole('button', { name: 'Add to cart' }).click();
});