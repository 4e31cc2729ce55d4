//! An unchanged program that uses the crate `sentry`: `shop report` or `shop limited`, with SENTRY_DSN set.

use std::{fmt, process::exit, time::Duration};

use sentry::{integrations::anyhow::capture_anyhow, protocol::User, Breadcrumb, ClientOptions, Level};

#[derive(Debug)]
struct BankError;

impl fmt::Display for BankError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bank said no")
    }
}

impl std::error::Error for BankError {}

#[derive(Debug)]
struct CheckoutError(BankError);

impl fmt::Display for CheckoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("card declined")
    }
}

impl std::error::Error for CheckoutError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[inline(never)]
fn charge_card() -> anyhow::Result<()> {
    Err(CheckoutError(BankError))?
}

fn main() {
    let client = sentry::init(
        ClientOptions::new()
            .release("shop@1.4.2")
            .environment("staging")
            .server_name("web-7"),
    );
    let wait = Some(Duration::from_secs(10));
    if std::env::args().nth(1).as_deref() == Some("limited") {
        for i in 0..7 {
            capture_anyhow(&anyhow::anyhow!("error {i}"));
            client.flush(wait);
        }
        return;
    }
    sentry::configure_scope(|scope| {
        scope.set_user(Some(User {
            id: Some("42".into()),
            email: Some("ada@example.com".into()),
            username: Some("ada".into()),
            ..Default::default()
        }));
        scope.set_tag("region", "eu-1");
    });
    sentry::add_breadcrumb(Breadcrumb {
        category: Some("cart".into()),
        message: Some("added item 7".into()),
        ..Default::default()
    });
    sentry::capture_message("the shop is open", Level::Info);
    for _ in 0..2 {
        if let Err(error) = charge_card() {
            capture_anyhow(&error);
        }
    }
    if !client.flush(wait) {
        exit(1);
    }
}
