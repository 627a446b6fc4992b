/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The driver contract: calls out, and what is done to them. Main thread.
 */

#include "contract-fixture.h"

static void
test_bad_numbers(DriverContractFixture *fixture, gconstpointer data)
{
	static const char *const numbers[] = {
	    "",
	    "+",
	    "5550100042",
	    "+0555010004",
	    "+1555abc0042",
	    "+1 5550100042",
	    "+15550100042 ",
	    "+1234567890123456",
	    "sip:a@b.test",
	    "+15550100042\n",
	};
	OffhookError code = driver_contract_makes_calls(fixture) ? OFFHOOK_ERROR_INVALID_ARGUMENT
								 : OFFHOOK_ERROR_NOT_SUPPORTED;

	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autoptr(GError) error = NULL;
		OffhookCallRequest request = {
		    .call_id = offhook_fake_call_host_add_call(fixture->host), .to = numbers[i]};

		g_assert_null(
		    offhook_driver_sync_make_call(fixture->driver, &request, NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, (int)code);
		g_assert_cmpint(offhook_fake_call_host_get_nth(fixture->host, i)->state, ==,
				OFFHOOK_CALL_NEW);
	}
}

static void
test_two_calls(DriverContractFixture *fixture, gconstpointer data)
{
	g_autofree char *first = driver_contract_begin_call(fixture, 1);
	g_autofree char *second = first != NULL ? driver_contract_begin_call(fixture, 2) : NULL;
	g_autoptr(GError) error = NULL;

	if (first == NULL)
		return;
	g_assert_cmpstr(first, !=, second);
	g_assert_true(offhook_driver_sync_execute(fixture->driver, first, OFFHOOK_VERB_HANG_UP,
						  NULL, NULL, &error));
	g_assert_no_error(error);
	g_assert_cmpint(offhook_fake_call_host_get(fixture->host, second)->state, !=,
			OFFHOOK_CALL_ENDED);
	g_assert_true(offhook_driver_sync_execute(fixture->driver, second, OFFHOOK_VERB_HANG_UP,
						  NULL, NULL, &error));
	g_assert_no_error(error);
}

static void
test_hang_up_twice(DriverContractFixture *fixture, gconstpointer data)
{
	g_autofree char *call_id = driver_contract_begin_call(fixture, 1);
	g_autoptr(GError) error = NULL;

	if (call_id == NULL)
		return;
	g_assert_true(offhook_driver_sync_execute(fixture->driver, call_id, OFFHOOK_VERB_HANG_UP,
						  NULL, NULL, &error));
	g_assert_no_error(error);
	/* Either is right, as long as it is one of them: done already, or gone. */
	if (!offhook_driver_sync_execute(fixture->driver, call_id, OFFHOOK_VERB_HANG_UP, NULL, NULL,
					 &error))
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
}

static void
test_cancellation(DriverContractFixture *fixture, gconstpointer data)
{
	g_autoptr(GCancellable) cancelled = g_cancellable_new();
	g_autoptr(OffhookWebhook) webhook = offhook_driver_sync_request(
	    "POST", PUBLIC_URL "/voice/webhook/x", "", "application/json", "{}");
	g_autofree char *call_id = driver_contract_begin_call(fixture, 1);
	g_autoptr(OffhookWebhookReply) reply = NULL;
	g_autoptr(GError) error = NULL;

	if (call_id == NULL)
		return;
	g_cancellable_cancel(cancelled);
	g_assert_false(offhook_driver_sync_execute(fixture->driver, call_id, OFFHOOK_VERB_HANG_UP,
						   NULL, cancelled, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	g_assert_cmpint(offhook_fake_call_host_get(fixture->host, call_id)->state, !=,
			OFFHOOK_CALL_ENDED);
	g_clear_error(&error);
	reply = offhook_driver_sync_webhook(fixture->driver, webhook, cancelled, &error);
	g_assert_null(reply);
	g_assert_nonnull(error);
}

static void
test_cancelled_make_call(DriverContractFixture *fixture, gconstpointer data)
{
	g_autoptr(GCancellable) cancelled = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	OffhookCallRequest request = {.to = "+15550100042"};

	if (!driver_contract_makes_calls(fixture)) {
		g_test_skip("the driver places no calls");
		return;
	}
	request.call_id = offhook_fake_call_host_add_call(fixture->host);
	g_cancellable_cancel(cancelled);
	g_assert_null(offhook_driver_sync_make_call(fixture->driver, &request, cancelled, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_cmpint(offhook_fake_call_host_get(fixture->host, request.call_id)->state, ==,
			OFFHOOK_CALL_NEW);
}

const DriverContractCheck driver_contract_calls_checks[] = {
    {"bad-numbers", test_bad_numbers,
     "A call to what is no E.164 number ends in OFFHOOK_ERROR_INVALID_ARGUMENT, and has never "
     "been."},
    {"two-calls", test_two_calls, "Two calls are two: to end one does nothing to the other."},
    {"hang-up-twice", test_hang_up_twice,
     "HANG_UP of what is over is a success, or OFFHOOK_ERROR_NOT_FOUND."},
    {"cancellation", test_cancellation,
     "What was cancelled before it began ends in G_IO_ERROR_CANCELLED, and nothing was done."},
    {"cancelled-make-call", test_cancelled_make_call,
     "A call that was cancelled before it was asked for ends in G_IO_ERROR_CANCELLED, and "
     "nothing is reported of it."},
    {NULL},
};
