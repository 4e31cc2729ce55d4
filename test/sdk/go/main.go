// An unchanged program that uses sentry-go: `shop report` or `shop limited`, with SENTRY_DSN set.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/getsentry/sentry-go"
)

type CheckoutError struct{ cause error }

func (e *CheckoutError) Error() string { return "card declined" }
func (e *CheckoutError) Unwrap() error { return e.cause }

func chargeCard() {
	sentry.CaptureException(&CheckoutError{cause: fmt.Errorf("the bank said no")})
}

func main() {
	if err := sentry.Init(sentry.ClientOptions{Release: "shop@1.4.2", Environment: "staging", ServerName: "web-7"}); err != nil {
		panic(err)
	}
	if os.Args[1] == "limited" {
		for i := range 7 {
			sentry.CaptureException(fmt.Errorf("error %d", i))
			sentry.Flush(10 * time.Second)
		}
		return
	}
	sentry.ConfigureScope(func(scope *sentry.Scope) {
		scope.SetUser(sentry.User{ID: "42", Email: "ada@example.com", Username: "ada"})
		scope.SetTag("region", "eu-1")
	})
	sentry.AddBreadcrumb(&sentry.Breadcrumb{Category: "cart", Message: "added item 7"})
	sentry.CaptureMessage("the shop is open")
	for range 2 {
		chargeCard()
	}
	if !sentry.Flush(10 * time.Second) {
		os.Exit(1)
	}
}
