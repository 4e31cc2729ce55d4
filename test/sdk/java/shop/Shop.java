package shop;

import io.sentry.Breadcrumb;
import io.sentry.Sentry;
import io.sentry.protocol.User;

/** An unchanged program that uses io.sentry:sentry: `Shop report` or `Shop limited`, with SENTRY_DSN set. */
public final class Shop {
  static final class CheckoutError extends RuntimeException {
    CheckoutError(Throwable cause) {
      super("card declined", cause);
    }
  }

  static void chargeCard() {
    throw new CheckoutError(new IllegalStateException("the bank said no"));
  }

  public static void main(String[] args) {
    Sentry.init(
        options -> {
          options.setDsn(System.getenv("SENTRY_DSN"));
          options.setRelease("shop@1.4.2");
          options.setEnvironment("staging");
          options.setServerName("web-7");
          options.addInAppInclude("shop");
        });
    if (args[0].equals("limited")) {
      for (int i = 0; i < 7; i++) {
        Sentry.captureException(new IllegalStateException("error " + i));
        Sentry.flush(10_000);
      }
      return;
    }
    User user = new User();
    user.setId("42");
    user.setEmail("ada@example.com");
    user.setUsername("ada");
    Sentry.setUser(user);
    Sentry.setTag("region", "eu-1");
    Breadcrumb crumb = new Breadcrumb("added item 7");
    crumb.setCategory("cart");
    Sentry.addBreadcrumb(crumb);
    Sentry.captureMessage("the shop is open");
    for (int i = 0; i < 2; i++) {
      try {
        chargeCard();
      } catch (CheckoutError error) {
        Sentry.captureException(error);
      }
    }
    Sentry.flush(10_000);
  }
}
