/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook doctor: looks at everything that a call needs, and says what is wrong and what to do.
 */

#include "cli/setup/doctor.h"

#include <stdlib.h>
#include <unistd.h>

#include "cli/command/commands.h"
#include "cli/print/clean.h"

static const char *const offhook_doctor_results[] = {
    [OFFHOOK_DOCTOR_OK] = "ok",
    [OFFHOOK_DOCTOR_WARNING] = "warning",
    [OFFHOOK_DOCTOR_ERROR] = "error",
};

/* As it is found: some checks take their time. */
static void
offhook_doctor_print(const char *check, OffhookDoctorResult result, const char *message,
		     const char *advice)
{
	static const char *const colours[] = {"\033[32m", "\033[33m", "\033[31m"};
	gboolean colour = isatty(STDOUT_FILENO) && g_getenv("NO_COLOR") == NULL;
	g_autofree char *clean = offhook_clean_lines(message);
	g_auto(GStrv) lines = g_strsplit(clean, "\n", -1);

	g_print("%s%-8s%s %-18s %s\n", colour ? colours[result] : "",
		offhook_doctor_results[result], colour ? "\033[0m" : "", check,
		lines[0] != NULL ? lines[0] : "");
	for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
		g_print("%28s%s\n", "", lines[i]);
	if (advice != NULL)
		g_print("%26s> %s\n", "", advice);
}

void
offhook_doctor_tell(OffhookDoctor *self, const char *check, OffhookDoctorResult result,
		    const char *advice, const char *format, ...)
{
	JsonObject *object = json_object_new();
	g_autofree char *message = NULL;
	va_list arguments;

	va_start(arguments, format);
	message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_strchomp(message);
	self->n[result]++;
	json_object_set_string_member(object, "check", check);
	json_object_set_string_member(object, "result", offhook_doctor_results[result]);
	json_object_set_string_member(object, "message", message);
	if (advice != NULL)
		json_object_set_string_member(object, "advice", advice);
	json_array_add_object_element(self->checks, object);
	if (!self->client->json)
		offhook_doctor_print(check, result, message, advice);
}

static void
offhook_doctor_clear(OffhookDoctor *self)
{
	json_array_unref(self->checks);
	g_clear_pointer(&self->plugins, json_array_unref);
	g_free(self->reached_by);
	g_free(self->unreached);
	g_clear_pointer(&self->server, offhook_private_server_stop);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookDoctor, offhook_doctor_clear)

int
offhook_command_doctor(OffhookClient *client, const OffhookWords *words, GError **error)
{
	g_auto(OffhookDoctor) self = {
	    .client = client,
	    .checks = json_array_new(),
	    .clock_url = offhook_words_get(words, "clock"),
	};
	g_autoptr(JsonObject) report = json_object_new();
	guint errors;

	offhook_doctor_check_config(&self);
	offhook_doctor_check_server(&self);
	offhook_doctor_check_machine(&self);
	if (!offhook_words_has(words, "no-call"))
		offhook_doctor_check_audio(&self);
	errors = self.n[OFFHOOK_DOCTOR_ERROR];
	json_object_set_boolean_member(report, "ok", errors == 0);
	json_object_set_int_member(report, "errors", errors);
	json_object_set_int_member(report, "warnings", self.n[OFFHOOK_DOCTOR_WARNING]);
	json_object_set_array_member(report, "checks", json_array_ref(self.checks));
	if (!offhook_client_print_json(client, report))
		g_print("\n%u ok, %u warnings, %u errors\n", self.n[OFFHOOK_DOCTOR_OK],
			self.n[OFFHOOK_DOCTOR_WARNING], errors);
	return errors == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
