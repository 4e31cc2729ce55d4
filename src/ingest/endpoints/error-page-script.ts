/**
 * The script of the feedback dialog. What the page gives goes in as JSON that no HTML parser can leave, and reaches
 * the page as text only: no value is ever markup.
 */
export const DIALOG_TEXTS: { readonly [name: string]: string } = {
  title: "It looks like we're having issues.",
  subtitle: 'Our team has been notified.',
  subtitle2: "If you'd like to help, tell us what happened below.",
  labelName: 'Name',
  labelEmail: 'Email',
  labelComments: 'What happened?',
  labelClose: 'Close',
  labelSubmit: 'Submit',
  errorGeneric: 'An unknown error occurred while submitting your report. Please try again.',
  errorFormEntry: 'Some fields were invalid. Please correct the errors and try again.',
  successMessage: 'Your feedback has been sent. Thank you!',
};

export interface DialogValues {
  eventId: string;
  dsn: string;
  name: string;
  email: string;
  texts: { readonly [name: string]: string };
}

export function dialogScript(values: DialogValues): string {
  return `(${DIALOG})(${embed(values)}, document.currentScript && document.currentScript.src);\n`;
}

/** JSON for a script, wherever the script stands: `<` opens nothing, the two line ends of JavaScript end nothing. */
function embed(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

const DIALOG = `function (values, source) {
  'use strict';
  var texts = values.texts;
  var endpoint = new URL('/api/embed/error-page/', source || location.href);
  endpoint.searchParams.set('dsn', values.dsn);
  endpoint.searchParams.set('eventId', values.eventId);
  function make(tag, style, text) {
    var element = document.createElement(tag);
    element.style.cssText = 'font:14px/1.5 system-ui,sans-serif;color:#1c1c1f;' + style;
    if (text !== undefined) element.textContent = text;
    return element;
  }
  var back = make('div', 'position:fixed;inset:0;z-index:2147483647;background:rgba(0,0,0,.5);display:flex;' +
    'align-items:center;justify-content:center');
  back.className = 'sentry-error-embed-wrapper';
  back.setAttribute('role', 'dialog');
  back.setAttribute('aria-modal', 'true');
  back.setAttribute('aria-label', texts.title);
  var form = make('form', 'background:#fff;border-radius:8px;padding:24px;width:min(480px,90vw);box-sizing:border-box');
  form.appendChild(make('h2', 'font-size:18px;font-weight:600;margin:0 0 4px', texts.title));
  form.appendChild(make('p', 'margin:0 0 16px', texts.subtitle + ' ' + texts.subtitle2));
  function field(tag, name, label, value) {
    var row = make('label', 'display:block;margin:0 0 12px', label);
    var input = make(tag, 'display:block;width:100%;box-sizing:border-box;padding:6px 8px;border:1px solid #b5b5bd;' +
      'border-radius:4px;background:#fff');
    input.name = name;
    input.required = true;
    input.value = value;
    if (name === 'email') input.type = 'email';
    if (tag === 'textarea') input.rows = 5;
    row.appendChild(input);
    form.appendChild(row);
    return input;
  }
  var first = field('input', 'name', texts.labelName, values.name);
  field('input', 'email', texts.labelEmail, values.email);
  field('textarea', 'comments', texts.labelComments, '');
  var problem = make('p', 'margin:0 0 12px;color:#b3261e');
  problem.setAttribute('role', 'alert');
  form.appendChild(problem);
  var submit = make('button', 'padding:6px 14px;border:0;border-radius:4px;background:#4f46e5;color:#fff', texts.labelSubmit);
  submit.type = 'submit';
  var close = make('button', 'padding:6px 14px;border:0;background:none', texts.labelClose);
  close.type = 'button';
  form.appendChild(submit);
  form.appendChild(close);
  function end() {
    document.removeEventListener('keydown', onKey);
    back.remove();
  }
  function onKey(event) {
    if (event.key === 'Escape') end();
  }
  close.addEventListener('click', end);
  document.addEventListener('keydown', onKey);
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    submit.disabled = true;
    problem.textContent = '';
    fetch(endpoint, { method: 'POST', body: new URLSearchParams(new FormData(form)) }).then(function (answer) {
      if (answer.ok) {
        form.replaceChildren(make('p', 'margin:0 0 16px', texts.successMessage), close);
        return;
      }
      submit.disabled = false;
      problem.textContent = answer.status === 400 ? texts.errorFormEntry : texts.errorGeneric;
    }, function () {
      submit.disabled = false;
      problem.textContent = texts.errorGeneric;
    });
  });
  back.appendChild(form);
  document.body.appendChild(back);
  first.focus();
}`;
