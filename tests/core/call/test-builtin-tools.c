/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Built-in tools, in a conversation's own host.
 */

#include "call/assistant/builtin-tools.h"

#include "call/assistant/session-host.h"
#include "config/schema.h"
#include "harness.h"

#include <offhook/offhook.h>
#include <string.h>

/* ---- a driver that sends text messages ---- */

#define TEST_TYPE_DRIVER (test_driver_get_type())
G_DECLARE_FINAL_TYPE(TestDriver, test_driver, TEST, DRIVER, OffhookDriver)

struct _TestDriver {
	OffhookDriver parent_instance;

	char *to;
	char *text;
	gboolean refuses;
};

G_DEFINE_FINAL_TYPE(TestDriver, test_driver, OFFHOOK_TYPE_DRIVER)

static const char *
test_driver_get_number(OffhookDriver *driver)
{
	return "+15550100000";
}

static void
test_driver_send_message_async(OffhookDriver *driver, const OffhookTextMessage *message,
			       GCancellable *cancellable, GAsyncReadyCallback callback,
			       gpointer user_data)
{
	TestDriver *self = TEST_DRIVER(driver);
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, test_driver_send_message_async);
	if (self->refuses) {
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "not today");
		return;
	}
	g_free(self->to);
	g_free(self->text);
	self->to = g_strdup(message->to);
	self->text = g_strdup(message->text);
	g_task_return_pointer(task, g_strdup("SM1"), g_free);
}

static char *
test_driver_send_message_finish(OffhookDriver *driver, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

static void
test_driver_finalize(GObject *object)
{
	g_free(TEST_DRIVER(object)->to);
	g_free(TEST_DRIVER(object)->text);
	G_OBJECT_CLASS(test_driver_parent_class)->finalize(object);
}

static gboolean
test_driver_configure(OffhookDriver *driver, OffhookSettings *settings, GError **error)
{
	return TRUE;
}

static const OffhookCapabilities *
test_driver_get_capabilities(OffhookDriver *driver)
{
	static const char *const sms[] = {"send", NULL};
	static const OffhookCapabilities capabilities = {.sms_features = sms,
							 .features = OFFHOOK_DRIVER_SEND_MESSAGE};

	return &capabilities;
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
	driver_class->get_phone_number = test_driver_get_number;
	driver_class->send_message_async = test_driver_send_message_async;
	driver_class->send_message_finish = test_driver_send_message_finish;
	G_OBJECT_CLASS(klass)->finalize = test_driver_finalize;
}

/* ---- tools ---- */

typedef struct {
	OffhookEventBus *bus;
	OffhookTextMessages *messages;
	TestDriver *driver;
	OffhookSessionHost *host;
	guint n_variables; /* events */
	gboolean done;
} Fixture;

static void
record_cb(gpointer user_data, const char *type, JsonObject *data)
{
	if (g_str_equal(type, "variable.set"))
		((Fixture *)user_data)->n_variables++;
	json_object_unref(data);
}

static const OffhookSessionHostEvents events = {.record = record_cb};

static gint
judge(const char *language, const char *words)
{
	return g_str_equal(words, "yes") ? 1 : 0;
}

/* @data: (nullable): the caller's number */
static void
set_up(Fixture *f, gconstpointer data)
{
	static const char *const numbers[] = {"+15550100007", NULL};
	static const OffhookSetting none[] = {{NULL}};
	g_autoptr(OffhookSettings) settings = NULL;
	g_auto(GStrv) names = g_strsplit(OFFHOOK_BUILTIN_TOOLS, ", ", -1);
	g_autoptr(GError) error = NULL;

	f->bus = offhook_event_bus_new();
	f->messages = offhook_text_messages_new(f->bus);
	f->driver = g_object_new(TEST_TYPE_DRIVER, NULL);
	settings = offhook_settings_new(none, NULL, "driver:test", NULL);
	g_assert_true(offhook_driver_configure(OFFHOOK_DRIVER(f->driver), settings, &error));
	f->host = offhook_session_host_new(NULL, NULL, &events, f);
	offhook_session_host_set_messenger(
	    f->host,
	    &(const OffhookMessenger){f->messages, OFFHOOK_DRIVER(f->driver), data, numbers});
	offhook_builtin_tools_add(f->host, (const char *const *)names, &error);
	g_assert_no_error(error);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_assert_finalize_object(f->host);
	offhook_text_messages_free(f->messages);
	g_object_unref(f->driver);
	g_object_unref(f->bus);
}

static OffhookToolbox *
get_toolbox(Fixture *f)
{
	return offhook_agent_host_get_toolbox(OFFHOOK_AGENT_HOST(f->host));
}

static void
done_cb(OffhookToolRun *run, gpointer user_data)
{
	((Fixture *)user_data)->done = TRUE;
}

static OffhookToolRun *
run_tool(Fixture *f, const char *name, const char *arguments)
{
	const OffhookToolCall call = {(char *)"c", (char *)name, (char *)arguments};
	OffhookToolRun *run = offhook_toolbox_start(get_toolbox(f), &call, done_cb, f);

	f->done = FALSE;
	harness_wait_for(&f->done, name);
	g_test_message("%s", offhook_tool_run_get_result(run));
	return run;
}

/* What the configuration takes is what there is. */
static void
test_names(Fixture *f, gconstpointer data)
{
	static const char *const none[] = {"book-table", NULL};
	static const char *const unknown[] = {"no_such", NULL};
	static const char *const twice[] = {"current_time", NULL};
	g_auto(GStrv) names = g_strsplit(OFFHOOK_BUILTIN_TOOLS, ", ", -1);
	g_autoptr(GPtrArray) list = offhook_toolbox_list(get_toolbox(f));
	OffhookSessionHost *host = f->host;
	g_autoptr(GError) error = NULL;

	g_assert_cmpuint(list->len, ==, g_strv_length(names));
	g_assert_true(offhook_builtin_tools_add(host, none, NULL));
	g_assert_false(offhook_builtin_tools_add(host, unknown, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	g_clear_error(&error);
	g_assert_false(offhook_builtin_tools_add(host, twice, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS);
}

static void
test_current_time(Fixture *f, gconstpointer data)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Kathmandu");
	g_autoptr(GDateTime) before = NULL;
	g_autoptr(GDateTime) after = NULL;
	g_autoptr(OffhookToolRun) run = NULL;
	g_autoptr(OffhookToolRun) here = NULL;
	g_autoptr(OffhookToolRun) nowhere = NULL;
	g_autofree char *first = NULL;
	g_autofree char *last = NULL;
	const char *told;

	if (zone == NULL) {
		g_test_skip("this machine knows no time zones");
		return;
	}
	before = g_date_time_new_now(zone);
	run = run_tool(f, "current_time", "{\"timezone\":\"Asia/Kathmandu\"}");
	after = g_date_time_new_now(zone);
	g_assert_cmpint(offhook_tool_run_get_status(run), ==, OFFHOOK_TOOL_RUN_OK);
	told = strchr(offhook_tool_run_get_result(run), ' ') + 1;
	first = g_date_time_format(before, "%Y-%m-%d, %H:%M:%S");
	last = g_date_time_format(after, "%Y-%m-%d, %H:%M:%S");
	g_assert_cmpint(strncmp(first, told, strlen(first)), <=, 0);
	g_assert_cmpint(strncmp(told, last, strlen(last)), <=, 0);
	g_assert_nonnull(strstr(told, "UTC+05:45 (Asia/Kathmandu)"));
	here = run_tool(f, "current_time", "{}");
	g_assert_cmpint(offhook_tool_run_get_status(here), ==, OFFHOOK_TOOL_RUN_OK);
	nowhere = run_tool(f, "current_time", "{\"timezone\":\"Mars/Base\"}");
	g_assert_cmpint(offhook_tool_run_get_status(nowhere), ==, OFFHOOK_TOOL_RUN_FAILED);
}

static void
test_set_variable(Fixture *f, gconstpointer data)
{
	static const char *const bad[] = {"{\"name\":\"Big\",\"value\":\"x\"}", "{\"name\":\"a\"}",
					  "{\"name\":\"a\",\"value\":7}",
					  "{\"name\":\"9\",\"value\":\"x\"}"};
	g_autoptr(OffhookToolRun) run =
	    run_tool(f, "set_variable", "{\"name\":\"table_4\",\"value\":\"by the window\"}");
	JsonObject *variables = offhook_agent_host_get_variables(OFFHOOK_AGENT_HOST(f->host));

	g_assert_cmpint(offhook_tool_run_get_status(run), ==, OFFHOOK_TOOL_RUN_OK);
	g_assert_cmpstr(json_object_get_string_member(variables, "table_4"), ==, "by the window");
	g_assert_cmpuint(f->n_variables, ==, 1);
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(OffhookToolRun) refused = run_tool(f, "set_variable", bad[i]);

		g_assert_cmpint(offhook_tool_run_get_status(refused), ==, OFFHOOK_TOOL_RUN_FAILED);
	}
	g_assert_cmpuint(f->n_variables, ==, 1);
}

static void
test_send_dtmf(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookToolRun) run = run_tool(f, "send_dtmf", "{\"digits\":\"1*#A\"}");
	g_autoptr(OffhookToolRun) refused = run_tool(f, "send_dtmf", "{\"digits\":\"call me\"}");
	OffhookAction action;
	const char *argument;

	g_assert_true(offhook_tool_run_get_action(run, &action, &argument));
	g_assert_cmpint(action, ==, OFFHOOK_ACTION_SEND_DTMF);
	g_assert_cmpstr(argument, ==, "1*#A");
	g_assert_cmpint(offhook_tool_run_get_status(refused), ==, OFFHOOK_TOOL_RUN_FAILED);
	g_assert_false(offhook_tool_run_get_action(refused, &action, &argument));
}

/* ---- text messages ---- */

/* Asks, is told yes, and asks again. */
static OffhookToolRun *
confirm(Fixture *f, const char *name, const char *arguments)
{
	g_autoptr(OffhookToolRun) first = NULL;

	offhook_toolbox_set_judge(get_toolbox(f), judge, "en");
	first = run_tool(f, name, arguments);
	if (offhook_tool_run_get_status(first) != OFFHOOK_TOOL_RUN_UNCONFIRMED)
		return g_steal_pointer(&first);
	g_assert_null(f->driver->to);
	offhook_toolbox_begin_turn(get_toolbox(f), "yes");
	return run_tool(f, name, arguments);
}

static OffhookToolRun *
send_sms(Fixture *f, const char *arguments)
{
	return confirm(f, "send_sms", arguments);
}

static void
test_send_sms(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookToolRun) run = send_sms(f, "{\"text\":\"Via Roma 1\"}");

	g_assert_cmpint(offhook_tool_run_get_status(run), ==, OFFHOOK_TOOL_RUN_OK);
	g_assert_cmpstr(f->driver->to, ==, data);
	g_assert_cmpstr(f->driver->text, ==, "Via Roma 1");
}

static void
test_send_sms_elsewhere(Fixture *f, gconstpointer data)
{
	static const char *const bad[] = {"{\"text\":\"a\",\"to\":\"+15550100008\"}",
					  "{\"text\":\"\"}", "{\"text\":\"a\",\"to\":\"kitchen\"}"};
	g_autoptr(OffhookToolRun) run = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(OffhookToolRun) refused = send_sms(f, bad[i]);

		g_assert_cmpint(offhook_tool_run_get_status(refused), ==, OFFHOOK_TOOL_RUN_FAILED);
	}
	g_assert_null(f->driver->to);
	run = send_sms(f, "{\"text\":\"a\",\"to\":\"+15550100007\"}");
	g_assert_cmpint(offhook_tool_run_get_status(run), ==, OFFHOOK_TOOL_RUN_OK);
	g_assert_cmpstr(f->driver->to, ==, "+15550100007");
}

static guint
erase(Fixture *f, const char *number)
{
	const OffhookCaller caller = {.number = number};

	return offhook_text_messages_erase(f->messages, &caller);
}

/* What he has said may be in it, whoever it was sent to. */
static void
test_send_sms_erased(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookToolRun) run =
	    send_sms(f, "{\"text\":\"Ann waits\",\"to\":\"+15550100007\"}");
	g_autoptr(JsonArray) messages = offhook_text_messages_list(f->messages, 10);
	JsonObject *message = json_array_get_object_element(messages, 0);

	g_assert_cmpint(offhook_tool_run_get_status(run), ==, OFFHOOK_TOOL_RUN_OK);
	g_assert_cmpstr(json_object_get_string_member(message, "caller"), ==, data);
	g_assert_cmpuint(erase(f, "+15550100008"), ==, 0);
	g_assert_cmpuint(erase(f, data), ==, 1);
	g_assert_cmpuint(erase(f, "+15550100007"), ==, 0);
}

static void
test_send_sms_fails(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookToolRun) run = NULL;

	f->driver->refuses = TRUE;
	run = send_sms(f, "{\"text\":\"a\"}");
	g_assert_cmpint(offhook_tool_run_get_status(run), ==, OFFHOOK_TOOL_RUN_FAILED);
}

/* Without a number there is nobody to send it to; without a call there is no way. */
static void
test_send_sms_nobody(Fixture *f, gconstpointer data)
{
	static const char *const names[] = {"send_sms", "current_time", NULL};
	g_autoptr(OffhookSessionHost) host = offhook_session_host_new(NULL, NULL, &events, f);
	OffhookToolbox *toolbox = offhook_agent_host_get_toolbox(OFFHOOK_AGENT_HOST(host));
	g_autoptr(OffhookToolRun) run = send_sms(f, "{\"text\":\"a\"}");

	g_assert_cmpint(offhook_tool_run_get_status(run), ==, OFFHOOK_TOOL_RUN_FAILED);
	g_assert_null(f->driver->to);
	g_assert_true(offhook_builtin_tools_add(host, names, NULL));
	g_assert_null(offhook_toolbox_find(toolbox, "send_sms"));
	g_assert_nonnull(offhook_toolbox_find(toolbox, "current_time"));
}

/* Nobody is called back whose number is not known; and nobody before he has said yes. */
static void
test_schedule_call_nobody(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookToolRun) run = confirm(
	    f, "schedule_call", "{\"at\":\"2031-05-02T15:00:00+02:00\",\"reason\":\"the table\"}");
	g_autoptr(OffhookToolRun) never =
	    run_tool(f, "schedule_call", "{\"at\":\"tomorrow\",\"reason\":\"the table\"}");

	g_assert_cmpint(offhook_tool_run_get_status(run), ==, OFFHOOK_TOOL_RUN_FAILED);
	g_assert_nonnull(strstr(offhook_tool_run_get_result(run), "number"));
	g_assert_cmpint(offhook_tool_run_get_status(never), ==, OFFHOOK_TOOL_RUN_FAILED);
	g_assert_nonnull(strstr(offhook_tool_run_get_result(never), "at"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/builtin-tools/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("names", test_names);
	ADD("current-time", test_current_time);
	ADD("set-variable", test_set_variable);
	ADD("send-dtmf", test_send_dtmf);
#define ADD_FOR(name, caller, func)                                                                \
	g_test_add("/builtin-tools/" name, Fixture, caller, set_up, func, tear_down)
	ADD_FOR("send-sms", "+15550100001", test_send_sms);
	ADD_FOR("send-sms-elsewhere", "+15550100001", test_send_sms_elsewhere);
	ADD_FOR("send-sms-erased", "+15550100001", test_send_sms_erased);
	ADD_FOR("send-sms-fails", "+15550100001", test_send_sms_fails);
	ADD_FOR("send-sms-nobody", NULL, test_send_sms_nobody);
	ADD_FOR("schedule-call-nobody", NULL, test_schedule_call_nobody);
	return g_test_run();
}
