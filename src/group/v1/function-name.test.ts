import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedText } from '../../../test/support/event.ts';
import { functionComponent } from './function-name.ts';
import { moduleComponent } from './module.ts';
import { trimFunctionName } from './trim-function.ts';

/** The contributing text, null where the name does not count. */
function counted(name: string, platform: string, rawFunction?: string): string | null {
  return countedText(functionComponent({ function: name, rawFunction, platform }));
}

describe('function names', () => {
  it.each([
    ['java', 'lambda$main$0', null],
    ['java', 'access$000', 'access$000'],
    ['ruby', 'block in checkout', 'block'],
    ['ruby', 'block (2 levels) in checkout', 'block'],
    ['ruby', '_app_views_cart_html_erb__3327151541118998292_70361296749460', '_app_views_cart_html_erb'],
    ['php', 'class@anonymous\0/srv/a.php:3$0', null],
    ['php', '[Anonymous function]', null],
    ['javascript', 'Object.pay', 'pay'],
    ['javascript', '?', null],
    ['javascript', 'Cart.<anonymous>', null],
    ['javascript', 'pay/<', null],
    ['node', 'eval', 'eval'],
    ['native', '<redacted>', null],
    ['native', '<unknown>', null],
    ['python', '<lambda>', '<lambda>'],
  ])('GR7 %s %s', (platform, name, expected) => {
    expect(counted(name, platform)).toBe(expected);
  });
  it('GR7 keeps the arguments of .NET, as symbolication left them in the raw name', () => {
    expect(counted('Cart.Add', 'csharp', 'Cart.Add (int n)')).toBe('Cart.Add (int n)');
  });
  it('GR7 does not trim again what came trimmed', () => {
    expect(counted('operator<', 'native', 'bool operator<(A, B)')).toBe('operator<');
  });
  it.each([
    ['void ns::Cart<Item, 4>::add(int) const', 'ns::Cart<T>::add'],
    ['std::vector<std::vector<int> >::push_back(int&&)', 'std::vector<T>::push_back'],
    ['main', 'main'],
    ['(anonymous namespace)::run(int)', '(anonymous namespace)::run'],
    ["ns::`anonymous namespace'::run(int)", "ns::`anonymous namespace'::run"],
    ['ns::Cart::operator()(int) const', 'ns::Cart::operator()'],
    ['std::ostream& operator<<(std::ostream&, Cart const&)', 'operator<<'],
    ['-[NSView displayIfNeeded]', '-[NSView displayIfNeeded]'],
    ['+[Cart cartWith:and:]', '+[Cart cartWith:and:]'],
    ['<core::option::Option<T> as shop::Pay>::pay', '<core::option::Option<T> as shop::Pay>::pay'],
    ['shop::cart::checkout::h0123456789abcdef', 'shop::cart::checkout'],
    ['@crash@8', 'crash'],
    ['thunk for @escaping @callee_guaranteed () -> ()', '@callee_guaranteed'],
    ['ViewController.pay(Int) -> Bool', 'ViewController.pay'],
    ['ns::run()::{lambda(int)#2}::operator()(int) const', 'ns::run::lambda::operator()'],
    ['<redacted>', '<redacted>'],
    ['', ''],
  ])('GR7 trims %s', (name, expected) => {
    expect(trimFunctionName(name, 'native')).toBe(expected);
  });
  it('GR14 never throws and grows a name by no more than the T in <T>', () => {
    const symbol = fc.stringMatching(/^[a-z<>(){}[\]:&*' ~,`@$_-]{0,60}$/);
    fc.assert(
      fc.property(symbol, (name) => {
        const brackets = name.split('<').length - 1;
        expect(trimFunctionName(name, 'native').length).toBeLessThanOrEqual(name.length + brackets);
      }),
      { numRuns: 500 },
    );
  });
});

describe('hostile names', () => {
  it.each(['<', '>', '<>', '(', '{lambda(', '&', ' const', '-> ', '`', '::h', '@1'])(
    'GR14 8,192 characters of %s',
    (unit) => {
      const name = unit.repeat(8192 / unit.length) + '>'.repeat(10);
      const started = performance.now();
      expect(typeof trimFunctionName(name, 'native')).toBe('string');
      expect(typeof trimFunctionName(`${'<'.repeat(4000)}${'>'.repeat(4000)}`, 'native')).toBe('string');
      expect(performance.now() - started).toBeLessThan(250);
    },
  );
});

const java = (module: string): string | null => {
  return countedText(moduleComponent(module, undefined, 'java'));
};

describe('modules', () => {
  it.each([
    ['com.shop.Cart', 'com.shop.Cart'],
    ['com.shop.Cart$$Lambda$40/1673859467', null],
    ['com.shop.Cart$$EnhancerBySpringCGLIB$$1ebdddb0', 'com.shop.Cart$$EnhancerBySpringCGLIB$$<auto>'],
    ['com.shop.Cart$$FastClassByCGLIB$$caceacd2_2', 'com.shop.Cart$$FastClassByCGLIB$$<auto>'],
    ['com.shop.Cart_$$_javassist_seam_74', 'com.shop.Cart_$$_javassist<auto>'],
    ['shop.core$_main$fn__1539', 'shop.core$_main$fn__<auto>'],
    ['sun.reflect.GeneratedMethodAccessor42', 'sun.reflect.GeneratedMethodAccessor'],
    ['sun.reflect.GeneratedConstructorAccessor7', 'sun.reflect.GeneratedConstructorAccessor<auto>'],
  ])('GR7 %s', (module, expected) => {
    expect(java(module)).toBe(expected);
  });
  it('GR7 drops a module that is only the address of a page', () => {
    expect(moduleComponent('cart/17', 'https://shop.test/cart/17', 'javascript').contributes).toBe(false);
    expect(moduleComponent('cart', 'https://shop.test/cart.html', 'javascript').contributes).toBe(true);
  });
});
