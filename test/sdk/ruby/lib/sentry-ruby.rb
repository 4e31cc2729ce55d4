# An unchanged program that uses sentry-ruby: report or limited, with SENTRY_DSN set.
require 'sentry-ruby'

class CheckoutError < StandardError; end

def charge_card
  raise IOError, 'the bank said no'
rescue IOError
  raise CheckoutError, 'card declined'
end

Sentry.init do |config|
  config.release = 'shop@1.4.2'
  config.environment = 'staging'
  config.server_name = 'web-7'
  config.background_worker_threads = 0
  config.breadcrumbs_logger = [:sentry_logger]
end

if ARGV[0] == 'limited'
  7.times { |i| Sentry.capture_exception(IOError.new("error #{i}")) }
else
  Sentry.set_user(id: '42', email: 'ada@example.com', username: 'ada')
  Sentry.set_tags(region: 'eu-1')
  Sentry.add_breadcrumb(Sentry::Breadcrumb.new(category: 'cart', message: 'added item 7'))
  Sentry.capture_message('the shop is open', level: :info)
  2.times do
    charge_card
  rescue CheckoutError => error
    Sentry.capture_exception(error)
  end
end
