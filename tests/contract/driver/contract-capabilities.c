/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The driver contract: what a driver claims, and that all else is refused as such. Main thread.
 */

#include "contract-fixture.h"

#include <string.h>

#define UNKNOWN_ID "00000000-0000-7000-8000-000000000000"

static void
test_capabilities(DriverContractFixture *fixture, gconstpointer data)
{
	const OffhookCapabilities *can = offhook_driver_get_capabilities(fixture->driver);
	const guint recording =
	    1 << OFFHOOK_VERB_START_RECORDING | 1 << OFFHOOK_VERB_PAUSE_RECORDING |
	    1 << OFFHOOK_VERB_RESUME_RECORDING | 1 << OFFHOOK_VERB_STOP_RECORDING;
	gboolean sends = (can->features & OFFHOOK_DRIVER_SEND_MESSAGE) != 0;
	gboolean receives = (can->features & OFFHOOK_DRIVER_RECEIVE_MESSAGE) != 0;

	g_assert_nonnull(can);
	g_assert_true(can == offhook_driver_get_capabilities(fixture->driver));
	g_assert_cmpuint(can->verbs >> OFFHOOK_VERB_LAST, ==, 0);
	g_assert_true(offhook_driver_can(fixture->driver, OFFHOOK_VERB_HANG_UP));
	g_assert_nonnull(can->voice_features);
	g_assert_cmpint(can->outbound, ==, g_strv_contains(can->voice_features, "outbound"));
	/* Some providers record from the answer on or not at all, and need no verbs for it. */
	g_assert_cmpint((can->verbs & recording) != 0 ||
			    (can->features & OFFHOOK_DRIVER_FETCH_RECORDING) != 0,
			==, can->recording_formats != NULL);
	g_assert_cmpint(sends, ==,
			can->sms_features != NULL && g_strv_contains(can->sms_features, "send"));
	g_assert_cmpint(receives, ==,
			can->sms_features != NULL && g_strv_contains(can->sms_features, "receive"));
	/* What is held can be let go, what is muted heard again. */
	g_assert_cmpint(offhook_driver_can(fixture->driver, OFFHOOK_VERB_HOLD), ==,
			offhook_driver_can(fixture->driver, OFFHOOK_VERB_UNHOLD));
	g_assert_cmpint(offhook_driver_can(fixture->driver, OFFHOOK_VERB_MUTE), ==,
			offhook_driver_can(fixture->driver, OFFHOOK_VERB_UNMUTE));
	g_assert_cmpint(offhook_driver_can(fixture->driver, OFFHOOK_VERB_PAUSE_RECORDING), ==,
			offhook_driver_can(fixture->driver, OFFHOOK_VERB_RESUME_RECORDING));
}

static void
test_unsupported_verbs(DriverContractFixture *fixture, gconstpointer data)
{
	g_autofree char *call_id = driver_contract_begin_call(fixture, 1);

	for (OffhookCallVerb verb = 0; call_id != NULL && verb < OFFHOOK_VERB_LAST; verb++) {
		g_autoptr(GError) error = NULL;

		if (offhook_driver_can(fixture->driver, verb))
			continue;
		g_assert_false(offhook_driver_sync_execute(fixture->driver, call_id, verb,
							   driver_contract_get_argument(verb), NULL,
							   &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
		g_assert_nonnull(strstr(error->message, fixture->contract->name));
	}
}

/* What a driver does not claim is refused before it reaches the driver. */
static void
test_unsupported_features(DriverContractFixture *fixture, gconstpointer data)
{
	OffhookDriver *driver = fixture->driver;
	const OffhookCallRequest requests[] = {
	    {.to = "+15550100042", .machine_detection = OFFHOOK_DETECT_MACHINE},
	    {.to = "+15550100042", .send_digits = "1"},
	    {.to = "+15550100042", .time_limit_s = 60},
	};
	static const OffhookDriverFeatures features[] = {OFFHOOK_DRIVER_MACHINE_DETECTION,
							 OFFHOOK_DRIVER_SEND_DIGITS,
							 OFFHOOK_DRIVER_TIME_LIMIT};

	for (guint i = 0; i < G_N_ELEMENTS(requests); i++) {
		OffhookCallRequest request = requests[i];
		g_autoptr(GError) error = NULL;

		if (offhook_driver_has(driver, features[i]))
			continue;
		request.call_id = offhook_fake_call_host_add_call(fixture->host);
		g_assert_null(offhook_driver_sync_make_call(driver, &request, NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
	}
	if (!offhook_driver_has(driver, OFFHOOK_DRIVER_FETCH_RECORDING)) {
		g_autoptr(GError) error = NULL;

		g_assert_false(
		    offhook_driver_sync_fetch_recording(driver, "x", "/nonexistent/x", &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
	}
	if (!offhook_driver_has(driver, OFFHOOK_DRIVER_DELETE_RECORDING)) {
		g_autoptr(GError) error = NULL;

		g_assert_false(offhook_driver_sync_delete_recording(driver, "x", &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
	}
}

static void
test_bad_messages(DriverContractFixture *fixture, gconstpointer data)
{
	static const OffhookTextMessage messages[] = {
	    {.to = "5550100042", .text = "hello"},
	    {.to = "+15550100042\n", .text = "hello"},
	    {.to = "+15550100042", .text = ""},
	};
	OffhookError code = offhook_driver_has(fixture->driver, OFFHOOK_DRIVER_SEND_MESSAGE)
				? OFFHOOK_ERROR_INVALID_ARGUMENT
				: OFFHOOK_ERROR_NOT_SUPPORTED;

	for (guint i = 0; i < G_N_ELEMENTS(messages); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(
		    offhook_driver_sync_send_message(fixture->driver, &messages[i], NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, (int)code);
	}
	g_assert_cmpstr(offhook_fake_call_host_get_messages(fixture->host), ==, "");
}

static void
test_unknown_call(DriverContractFixture *fixture, gconstpointer data)
{
	for (OffhookCallVerb verb = 0; verb < OFFHOOK_VERB_LAST; verb++) {
		g_autoptr(GError) error = NULL;

		if (!offhook_driver_can(fixture->driver, verb))
			continue;
		g_assert_false(offhook_driver_sync_execute(fixture->driver, UNKNOWN_ID, verb,
							   driver_contract_get_argument(verb), NULL,
							   &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	}
}

static void
test_bad_transfer_target(DriverContractFixture *fixture, gconstpointer data)
{
	static const char *const targets[] = {NULL, "", "nobody", "+", "<Dial>", "+1555\"/>"};
	g_autofree char *call_id = NULL;

	if (!offhook_driver_can(fixture->driver, OFFHOOK_VERB_TRANSFER)) {
		g_test_skip("the driver does not transfer");
		return;
	}
	call_id = driver_contract_begin_call(fixture, 1);
	for (guint i = 0; call_id != NULL && i < G_N_ELEMENTS(targets); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(offhook_driver_sync_execute(
		    fixture->driver, call_id, OFFHOOK_VERB_TRANSFER, targets[i], NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

const DriverContractCheck driver_contract_capabilities_checks[] = {
    {"capabilities", test_capabilities,
     "get_capabilities() gives the same static data each time, with HANG_UP; features, verbs "
     "and what is claimed in words fit together."},
    {"unsupported-verbs", test_unsupported_verbs,
     "A verb that is not claimed ends in OFFHOOK_ERROR_NOT_SUPPORTED."},
    {"unsupported-features", test_unsupported_features,
     "What of a request is not claimed as a feature ends in OFFHOOK_ERROR_NOT_SUPPORTED."},
    {"bad-messages", test_bad_messages,
     "A text message that can't be sent ends in OFFHOOK_ERROR_INVALID_ARGUMENT, without a "
     "message."},
    {"unknown-call", test_unknown_call,
     "A verb for a call that is not the driver's ends in OFFHOOK_ERROR_NOT_FOUND."},
    {"bad-transfer-target", test_bad_transfer_target,
     "TRANSFER to what is no number and no address ends in OFFHOOK_ERROR_INVALID_ARGUMENT."},
    {NULL},
};
