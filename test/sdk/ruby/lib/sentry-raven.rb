# An unchanged program that uses sentry-raven: report or limited, with SENTRY_DSN set.
require 'raven'

class CheckoutError < StandardError; end

def charge_card
  raise IOError, 'the bank said no'
rescue IOError
  raise CheckoutError, 'card declined'
end

Raven.configure do |config|
  config.release = 'shop@1.4.2'
  config.current_environment = 'staging'
  config.environments = ['staging']
  config.server_name = 'web-7'
end

if ARGV[0] == 'limited'
  7.times { |i| Raven.capture_exception(IOError.new("error #{i}")) }
else
  Raven.user_context(id: '42', email: 'ada@example.com', username: 'ada')
  Raven.tags_context(region: 'eu-1')
  Raven.breadcrumbs.record { |crumb| crumb.category = 'cart'; crumb.message = 'added item 7' }
  Raven.capture_message('the shop is open', level: 'info')
  2.times do
    charge_card
  rescue CheckoutError => error
    Raven.capture_exception(error)
  end
end
