/** PHP and Ruby: packages by where their package managers put them. */
export const PHP_RUBY_RULES = `
# Composer.
family:other path:**/vendor/** -app
# PHP's built-in functions have no file.
family:other path:"[internal]" -app
# RubyGems: /usr/local/bundle/gems/…, ~/.rbenv/versions/3.2.0/lib/ruby/gems/….
family:other path:**/gems/** -app
# Ruby's standard library.
family:other path:**/lib/ruby/** -app
family:other path:"<internal:**" -app
`;
