import { expect, it } from 'vitest';
import { ApiError } from '../app/api.ts';
import { fieldError, formError } from './field-error.ts';

const wrong = (path?: string) => new ApiError(400, 'bad_request', 'No.', '', path);

it('WEB40 an error of the API is said at the field it names, and only there', () => {
  expect(fieldError(wrong('filters.messages.3'), 'filters.messages')).toBe('No.');
  expect(fieldError(wrong('filters.messages'), 'filters.mess')).toBeNull();
  expect(fieldError(wrong(), 'name')).toBeNull();
  expect(formError(wrong('filters.messages.3'), ['filters.messages'])).toBeNull();
  expect(formError(wrong('filters.releases.0'), ['filters.messages'])).toBe('No.');
  expect(formError(new Error('Broken.'), ['name'])).toBe('Broken.');
  expect(formError(null, ['name'])).toBeNull();
});
