/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the service says is wrong, in all the places where it says it.
 */

#include "../elevenlabs-error.h"

#include <offhook/error.h>
#include <string.h>

static void
test_stream(void)
{
	static const struct {
		const char *fault, *explanation;
		OffhookError code;
	} cases[] = {
	    {"quota_exceeded", "This request exceeds your quota.", OFFHOOK_ERROR_RATE_LIMITED},
	    {"", "You have 0 credits remaining", OFFHOOK_ERROR_RATE_LIMITED},
	    {"concurrent_limit_exceeded", NULL, OFFHOOK_ERROR_BUSY},
	    {"rate_limit_exceeded", "", OFFHOOK_ERROR_RATE_LIMITED},
	    {"invalid_api_key", "Invalid API key: sk_secret", OFFHOOK_ERROR_AUTHENTICATION},
	    {"voice_not_found", "A voice", OFFHOOK_ERROR_NOT_FOUND},
	    {"invalid_input_message", "Maximum simultaneous contexts exceeded (5)",
	     OFFHOOK_ERROR_BUSY},
	    {"whatever", "Oh", OFFHOOK_ERROR_PROVIDER},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error =
		    offhook_elevenlabs_error_new(cases[i].fault, cases[i].explanation);

		g_test_message("%s", error->message);
		g_assert_error(error, OFFHOOK_ERROR, (gint)cases[i].code);
		g_assert_null(strstr(error->message, "sk_"));
	}
}

static void
test_refusals(void)
{
	static const struct {
		guint status;
		const char *body;
		OffhookError generic, code;
	} cases[] = {
	    {401, "{\"detail\":{\"code\":\"invalid_api_key\",\"message\":\"x\"}}",
	     OFFHOOK_ERROR_AUTHENTICATION, OFFHOOK_ERROR_AUTHENTICATION},
	    {401, "{\"detail\":{\"status\":\"quota_exceeded\",\"message\":\"x\"}}",
	     OFFHOOK_ERROR_AUTHENTICATION, OFFHOOK_ERROR_RATE_LIMITED},
	    {429, "{\"detail\":{\"code\":\"concurrent_limit_exceeded\"}}",
	     OFFHOOK_ERROR_RATE_LIMITED, OFFHOOK_ERROR_BUSY},
	    {500, "<html>", OFFHOOK_ERROR_PROVIDER, OFFHOOK_ERROR_PROVIDER},
	    {500, "{\"detail\":\"Internal error\"}", OFFHOOK_ERROR_PROVIDER,
	     OFFHOOK_ERROR_PROVIDER},
	    {404, NULL, OFFHOOK_ERROR_NOT_FOUND, OFFHOOK_ERROR_NOT_FOUND},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) generic =
		    g_error_new_literal(OFFHOOK_ERROR, (gint)cases[i].generic, "refused");
		const OffhookSocketEnd end = {.reason = "",
					      .status = cases[i].status,
					      .body = cases[i].body,
					      .error = generic};
		g_autoptr(GError) error = offhook_elevenlabs_error_new_from_end(&end);

		g_test_message("%s", error->message);
		g_assert_error(error, OFFHOOK_ERROR, (gint)cases[i].code);
	}
}

static void
test_closes(void)
{
	g_autoptr(GError) broken =
	    g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "closed");
	const OffhookSocketEnd idle = {
	    .code = 1008,
	    .reason = "Have not received a new text input within the timeout of 20 seconds.",
	    .error = broken};
	const OffhookSocketEnd silent = {.code = 1011, .reason = "", .error = broken};
	const OffhookSocketEnd polite = {.code = 1000, .reason = ""};
	g_autoptr(GError) first = offhook_elevenlabs_error_new_from_end(&idle);
	g_autoptr(GError) second = offhook_elevenlabs_error_new_from_end(&silent);
	g_autoptr(GError) third = offhook_elevenlabs_error_new_from_end(&polite);

	g_assert_error(first, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	g_assert_error(second, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	g_assert_error(third, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/elevenlabs/error/stream", test_stream);
	g_test_add_func("/elevenlabs/error/refusals", test_refusals);
	g_test_add_func("/elevenlabs/error/closes", test_closes);
	return g_test_run();
}
