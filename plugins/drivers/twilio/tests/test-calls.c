/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../calls.h"

#include <string.h>

typedef struct {
	OffhookClock *clock;
	OffhookTwilioCalls *calls;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	fixture->clock = offhook_clock_new_manual(1000);
	fixture->calls = offhook_twilio_calls_new(fixture->clock, 3);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	offhook_twilio_calls_free(fixture->calls);
	g_object_unref(fixture->clock);
}

static char *
issue(Fixture *fixture, OffhookTwilioCall *call)
{
	g_autoptr(GError) error = NULL;
	char *token = g_strdup(offhook_twilio_calls_issue_token(fixture->calls, call, &error));

	g_assert_no_error(error);
	return token;
}

static void
test_token_is_for_one_use(Fixture *fixture, gconstpointer data)
{
	OffhookTwilioCall *call = offhook_twilio_calls_add(fixture->calls, "CA1", "one");
	g_autofree char *token = issue(fixture, call);

	g_assert_cmpuint(strlen(token), ==, 32);
	g_assert_false(offhook_twilio_calls_redeem_token(fixture->calls, call, NULL));
	g_assert_false(offhook_twilio_calls_redeem_token(fixture->calls, call, ""));
	g_assert_false(offhook_twilio_calls_redeem_token(fixture->calls, call, "x"));
	g_assert_true(offhook_twilio_calls_redeem_token(fixture->calls, call, token));
	g_assert_false(offhook_twilio_calls_redeem_token(fixture->calls, call, token));
}

static void
test_token_is_the_calls_own(Fixture *fixture, gconstpointer data)
{
	OffhookTwilioCall *one = offhook_twilio_calls_add(fixture->calls, "CA1", "one");
	OffhookTwilioCall *two = offhook_twilio_calls_add(fixture->calls, "CA2", "two");
	g_autofree char *first = issue(fixture, one);
	g_autofree char *second = issue(fixture, two);

	g_assert_cmpstr(first, !=, second);
	g_assert_false(offhook_twilio_calls_redeem_token(fixture->calls, two, first));
	g_assert_true(offhook_twilio_calls_redeem_token(fixture->calls, two, second));
}

static void
test_new_token_voids_the_old(Fixture *fixture, gconstpointer data)
{
	OffhookTwilioCall *call = offhook_twilio_calls_add(fixture->calls, "CA1", "one");
	g_autofree char *old = issue(fixture, call);
	g_autofree char *token = issue(fixture, call);

	g_assert_false(offhook_twilio_calls_redeem_token(fixture->calls, call, old));
	g_assert_true(offhook_twilio_calls_redeem_token(fixture->calls, call, token));
}

static void
test_token_expires(Fixture *fixture, gconstpointer data)
{
	OffhookTwilioCall *call = offhook_twilio_calls_add(fixture->calls, "CA1", "one");
	g_autofree char *token = issue(fixture, call);

	offhook_clock_advance(fixture->clock, OFFHOOK_TWILIO_TOKEN_LIFETIME_US);
	g_assert_false(offhook_twilio_calls_redeem_token(fixture->calls, call, token));
}

static void
test_oldest_makes_room(Fixture *fixture, gconstpointer data)
{
	offhook_twilio_calls_add(fixture->calls, "CA1", "one");
	offhook_twilio_calls_add(fixture->calls, "CA2", "two");
	offhook_twilio_calls_add(fixture->calls, "CA3", "three");
	offhook_twilio_calls_add(fixture->calls, "CA4", "four");
	g_assert_cmpuint(offhook_twilio_calls_get_size(fixture->calls), ==, 3);
	g_assert_null(offhook_twilio_calls_find(fixture->calls, "CA1"));
	g_assert_null(offhook_twilio_calls_find_by_id(fixture->calls, "one"));
	g_assert_nonnull(offhook_twilio_calls_find_by_id(fixture->calls, "four"));
}

static void
test_same_call_again(Fixture *fixture, gconstpointer data)
{
	OffhookTwilioCall *call = offhook_twilio_calls_add(fixture->calls, "CA1", "one");

	call->ended = TRUE;
	g_assert_true(offhook_twilio_calls_add(fixture->calls, "CA1", "one") == call);
	g_assert_true(call->ended);
}

static void
test_same_sid_new_call(Fixture *fixture, gconstpointer data)
{
	OffhookTwilioCall *call = offhook_twilio_calls_add(fixture->calls, "CA1", "one");
	g_autofree char *token = issue(fixture, call);

	call->ended = TRUE;
	call = offhook_twilio_calls_add(fixture->calls, "CA1", "two");
	g_assert_false(call->ended);
	g_assert_null(call->token);
	g_assert_null(offhook_twilio_calls_find_by_id(fixture->calls, "one"));
	g_assert_true(offhook_twilio_calls_find_by_id(fixture->calls, "two") == call);
	g_assert_cmpuint(offhook_twilio_calls_get_size(fixture->calls), ==, 1);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/twilio/calls/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("token-one-use", test_token_is_for_one_use);
	ADD("token-own", test_token_is_the_calls_own);
	ADD("token-new", test_new_token_voids_the_old);
	ADD("token-expires", test_token_expires);
	ADD("oldest-makes-room", test_oldest_makes_room);
	ADD("same-call-again", test_same_call_again);
	ADD("same-sid-new-call", test_same_sid_new_call);
	return g_test_run();
}
