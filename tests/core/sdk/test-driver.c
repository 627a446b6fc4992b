/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the base class answers in a driver's stead, asked of a driver that would take anything.
 */

#include "driver-sync.h"

#include <string.h>

#define TEST_TYPE_DRIVER (test_driver_get_type())
G_DECLARE_FINAL_TYPE(TestDriver, test_driver, TEST, DRIVER, OffhookDriver)

struct _TestDriver {
	OffhookDriver parent_instance;
	guint asked;
};

G_DEFINE_FINAL_TYPE(TestDriver, test_driver, OFFHOOK_TYPE_DRIVER)

static const char *const test_sms[] = {"send", NULL};

static const OffhookCapabilities test_capabilities = {
    .verbs = 1 << OFFHOOK_VERB_HANG_UP | 1 << OFFHOOK_VERB_SEND_DTMF,
    .outbound = TRUE,
    .sms_features = test_sms,
    .features = OFFHOOK_DRIVER_SEND_MESSAGE | OFFHOOK_DRIVER_SEND_DIGITS,
};

static const OffhookCapabilities *
test_driver_get_capabilities(OffhookDriver *driver)
{
	return &test_capabilities;
}

static gboolean
test_driver_configure(OffhookDriver *driver, OffhookSettings *settings, GError **error)
{
	return TRUE;
}

/* Takes both kinds of request; there is no _finish. */
static void
test_driver_begin(OffhookDriver *driver, gpointer tag, GCancellable *cancellable,
		  GAsyncReadyCallback callback, gpointer user_data)
{
	g_autoptr(GTask) task =
	    offhook_driver_begin_task(driver, tag, cancellable, callback, user_data);

	if (task == NULL)
		return;
	TEST_DRIVER(driver)->asked++;
	g_task_return_pointer(task, g_strdup("name"), g_free);
}

static void
test_driver_make_call_async(OffhookDriver *driver, const OffhookCallRequest *request,
			    GCancellable *cancellable, GAsyncReadyCallback callback,
			    gpointer user_data)
{
	test_driver_begin(driver, test_driver_make_call_async, cancellable, callback, user_data);
}

static void
test_driver_send_message_async(OffhookDriver *driver, const OffhookTextMessage *message,
			       GCancellable *cancellable, GAsyncReadyCallback callback,
			       gpointer user_data)
{
	test_driver_begin(driver, test_driver_send_message_async, cancellable, callback, user_data);
}

static gboolean
test_driver_execute(OffhookDriver *driver, const char *call_id, OffhookCallVerb verb,
		    const char *argument, GError **error)
{
	TEST_DRIVER(driver)->asked++;
	return g_str_equal(call_id, "known") ||
	       offhook_driver_fail_unknown_call(driver, call_id, error) != NULL;
}

static OffhookWebhookReply *
test_driver_handle_webhook(OffhookDriver *driver, const OffhookWebhook *webhook, GError **error)
{
	if (g_bytes_get_size(webhook->body) == 0)
		return offhook_webhook_reply_new_success(NULL);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION, "a secret reason");
	return NULL;
}

static void
test_driver_init(TestDriver *self)
{
}

static void
test_driver_class_init(TestDriverClass *klass)
{
	OffhookDriverClass *driver_class = OFFHOOK_DRIVER_CLASS(klass);

	driver_class->configure = test_driver_configure;
	driver_class->get_capabilities = test_driver_get_capabilities;
	driver_class->make_call_async = test_driver_make_call_async;
	driver_class->send_message_async = test_driver_send_message_async;
	driver_class->execute = test_driver_execute;
	driver_class->handle_webhook = test_driver_handle_webhook;
}

static const OffhookSetting test_settings[] = {{NULL}};

typedef struct {
	OffhookFakeCallHost *host;
	OffhookDriver *driver;
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
	self->host = offhook_fake_call_host_new("https://pbx.example.com");
	self->driver =
	    offhook_driver_sync_new(TEST_TYPE_DRIVER, "test", self->host, test_settings, NULL);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
	g_assert_finalize_object(self->driver);
	g_assert_finalize_object(self->host);
}

static void
assert_not_asked(Fixture *self, GError **error, OffhookError code)
{
	g_assert_error(*error, OFFHOOK_ERROR, (int)code);
	g_assert_cmpuint(TEST_DRIVER(self->driver)->asked, ==, 0);
	g_clear_error(error);
}

static void
test_calls(Fixture *self, gconstpointer data)
{
	OffhookCallRequest request = {.call_id = "c", .to = "5550100042"};
	g_autoptr(GError) error = NULL;
	g_autofree char *name = NULL;

	g_assert_null(offhook_driver_sync_make_call(self->driver, &request, NULL, &error));
	assert_not_asked(self, &error, OFFHOOK_ERROR_INVALID_ARGUMENT);
	request.to = "+15550100042";
	request.send_digits = "1x";
	g_assert_null(offhook_driver_sync_make_call(self->driver, &request, NULL, &error));
	assert_not_asked(self, &error, OFFHOOK_ERROR_INVALID_ARGUMENT);
	request.send_digits = "1w#";
	request.time_limit_s = 3;
	g_assert_null(offhook_driver_sync_make_call(self->driver, &request, NULL, &error));
	assert_not_asked(self, &error, OFFHOOK_ERROR_NOT_SUPPORTED);
	request.time_limit_s = 0;
	name = offhook_driver_sync_make_call(self->driver, &request, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(name, ==, "name");
}

static void
test_messages(Fixture *self, gconstpointer data)
{
	static const char *const media[] = {"https://a.test/cat.png", NULL};
	OffhookTextMessage message = {.to = "+15550100042", .text = ""};
	g_autoptr(GError) error = NULL;
	g_autofree char *name = NULL;

	g_assert_null(offhook_driver_sync_send_message(self->driver, &message, NULL, &error));
	assert_not_asked(self, &error, OFFHOOK_ERROR_INVALID_ARGUMENT);
	message.text = "\xff";
	g_assert_null(offhook_driver_sync_send_message(self->driver, &message, NULL, &error));
	assert_not_asked(self, &error, OFFHOOK_ERROR_INVALID_ARGUMENT);
	message.text = NULL;
	message.media = media;
	name = offhook_driver_sync_send_message(self->driver, &message, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(name, ==, "name");
}

static void
test_execute(Fixture *self, gconstpointer data)
{
	g_autoptr(GCancellable) cancelled = g_cancellable_new();
	g_autoptr(GError) error = NULL;

	g_assert_false(offhook_driver_sync_execute(self->driver, "known", OFFHOOK_VERB_SEND_DTMF,
						   "12e", NULL, &error));
	assert_not_asked(self, &error, OFFHOOK_ERROR_INVALID_ARGUMENT);
	g_assert_false(offhook_driver_sync_execute(self->driver, "known", OFFHOOK_VERB_ANSWER, NULL,
						   NULL, &error));
	assert_not_asked(self, &error, OFFHOOK_ERROR_NOT_SUPPORTED);
	g_cancellable_cancel(cancelled);
	g_assert_false(offhook_driver_sync_execute(self->driver, "known", OFFHOOK_VERB_HANG_UP,
						   NULL, cancelled, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	g_assert_cmpuint(TEST_DRIVER(self->driver)->asked, ==, 0);
	g_clear_error(&error);
	g_assert_true(offhook_driver_sync_execute(self->driver, "known", OFFHOOK_VERB_HANG_UP, NULL,
						  NULL, &error));
	g_assert_no_error(error);
	g_assert_false(offhook_driver_sync_execute(self->driver, "other", OFFHOOK_VERB_HANG_UP,
						   NULL, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
}

/* Whoever is no provider gets a status and not a word. */
static void
test_webhooks(Fixture *self, gconstpointer data)
{
	g_autoptr(OffhookWebhook) good =
	    offhook_driver_sync_request("POST", "https://a.test/", "", NULL, NULL);
	g_autoptr(OffhookWebhook) bad =
	    offhook_driver_sync_request("POST", "https://a.test/", "", NULL, "x");
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebhookReply) yes =
	    offhook_driver_sync_webhook(self->driver, good, NULL, &error);
	g_autoptr(OffhookWebhookReply) no = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(yes->status, ==, 200);
	no = offhook_driver_sync_webhook(self->driver, bad, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(no->status, ==, 403);
	g_assert_null(no->body);
}

static void
test_unconfigured(Fixture *self, gconstpointer data)
{
	g_autoptr(OffhookDriver) driver = g_object_new(TEST_TYPE_DRIVER, NULL);
	g_autoptr(OffhookWebhook) webhook =
	    offhook_driver_sync_request("POST", "https://a.test/", "", NULL, NULL);
	OffhookCallRequest request = {.call_id = "c", .to = "+15550100042"};
	g_autoptr(GError) error = NULL;

	offhook_driver_set_host(driver, OFFHOOK_CALL_HOST(self->host), "test");
	g_assert_null(offhook_driver_sync_make_call(driver, &request, NULL, &error));
	assert_not_asked(self, &error, OFFHOOK_ERROR_UNAVAILABLE);
	g_assert_false(
	    offhook_driver_sync_execute(driver, "known", OFFHOOK_VERB_HANG_UP, NULL, NULL, &error));
	assert_not_asked(self, &error, OFFHOOK_ERROR_UNAVAILABLE);
	g_assert_null(offhook_driver_sync_webhook(driver, webhook, NULL, &error));
	assert_not_asked(self, &error, OFFHOOK_ERROR_UNAVAILABLE);
}

static void
test_urls(Fixture *self, gconstpointer data)
{
	g_autofree char *webhook = offhook_driver_make_webhook_url(self->driver, NULL, "/x?a=1");
	g_autofree char *media = offhook_driver_make_media_url(self->driver, NULL, NULL);
	g_autofree char *plain =
	    offhook_driver_make_media_url(self->driver, "http://127.0.0.1:3000", "?token=t");

	g_assert_cmpstr(webhook, ==, "https://pbx.example.com/voice/webhook/test/x?a=1");
	g_assert_cmpstr(media, ==, "wss://pbx.example.com/media/test");
	g_assert_cmpstr(plain, ==, "ws://127.0.0.1:3000/media/test?token=t");
}

static void
test_numbers(void)
{
	static const char *const good[] = {"+1555010", "+15550100042", "+123456789012345"};
	static const char *const bad[] = {NULL,
					  "",
					  "+",
					  "15550100042",
					  "+05550100042",
					  "+155501",
					  "+1234567890123456",
					  "+1555 0100042",
					  "+15550100042\n"};

	for (guint i = 0; i < G_N_ELEMENTS(good); i++)
		g_assert_true(offhook_phone_number_is_valid(good[i]));
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_false(offhook_phone_number_is_valid(bad[i]));
}

/* ---- what drivers need ---- */

static void
test_fail_bridge(Fixture *f, gconstpointer data)
{
	static const struct {
		const char *other_id;
		gboolean known;
		OffhookError code;
	} cases[] = {
	    {NULL, FALSE, OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {"stranger", FALSE, OFFHOOK_ERROR_NOT_FOUND},
	    {"ended", TRUE, OFFHOOK_ERROR_INVALID_STATE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(offhook_driver_fail_bridge(f->driver, "one", cases[i].other_id,
							  cases[i].known, &error));
		g_assert_error(error, OFFHOOK_ERROR, (int)cases[i].code);
	}
}

static void
test_http_url(void)
{
	static const char *const good[] = {"http://a", "https://a.example:8443/x?y=z",
					   "http://[::1]:80/"};
	static const char *const bad[] = {"",          "a.example", "/x",    "http://",
					  "http:///x", "ftp://a",   "ws://a"};

	for (guint i = 0; i < G_N_ELEMENTS(good); i++)
		g_assert_true(offhook_http_url_is_valid(good[i]));
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_false(offhook_http_url_is_valid(bad[i]));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/driver/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("calls", test_calls);
	ADD("messages", test_messages);
	ADD("execute", test_execute);
	ADD("webhooks", test_webhooks);
	ADD("unconfigured", test_unconfigured);
	ADD("urls", test_urls);
	ADD("fail-bridge", test_fail_bridge);
#undef ADD
	g_test_add_func("/driver/http-url", test_http_url);
	g_test_add_func("/driver/numbers", test_numbers);
	return g_test_run();
}
