/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* offhook-emulate-NAME, which users start as `offhook emulate NAME`: plays the carrier's part
 * of one or many calls against a running server. One thread. Exits with 0 when everything went as
 * expected, 1 when not, 2 for wrong use. */

#include "address.h"
#include "call.h"
#include "carrier.h"
#include "report.h"
#include "rest.h"

#include <errno.h>
#include <glib-unix.h>
#include <locale.h>
#include <string.h>

#define OFFHOOK_EMU_EXIT_UNEXPECTED 1
#define OFFHOOK_EMU_EXIT_USAGE      2

typedef struct {
	OffhookEmuOptions *options;
	OffhookEmuAddress *address;
	SoupSession *session;
	OffhookEmuSink sink;
	GMainLoop *loop;
	GHashTable *calls; /* OffhookEmuCall, those that are on */
	GPtrArray *verdicts;
	guint started;
	gboolean interrupted;
} OffhookEmuProgram;

/* heard.wav becomes heard-3.wav when there are several calls. */
static gchar *
offhook_emu_program_number_path(OffhookEmuProgram *self, const gchar *path, guint number)
{
	const gchar *dot;

	if (path == NULL || self->options->calls == 1)
		return g_strdup(path);
	dot = g_str_has_suffix(path, ".wav") ? path + strlen(path) - strlen(".wav")
					     : path + strlen(path);
	return g_strdup_printf("%.*s-%u%s", (gint)(dot - path), path, number, dot);
}

static void
offhook_emu_program_call_done_cb(OffhookEmuCall *call, gpointer user_data)
{
	OffhookEmuProgram *self = user_data;
	guint number = offhook_emu_call_get_number(call);
	OffhookEmuVerdict *verdict = offhook_emu_report_judge(self->options, call);
	g_autofree gchar *heard =
	    offhook_emu_program_number_path(self, self->options->heard_path, number);
	g_autofree gchar *record =
	    offhook_emu_program_number_path(self, self->options->record_path, number);
	g_autoptr(GError) error = NULL;

	if (!offhook_emu_line_save(offhook_emu_call_get_line(call), heard, record, &error))
		g_ptr_array_add(verdict->failures, g_strdup(error->message));
	if (self->options->calls == 1)
		offhook_emu_report_print_call(self->options, call, verdict);
	g_ptr_array_add(self->verdicts, verdict);
	g_hash_table_remove(self->calls, call);
	if (g_hash_table_size(self->calls) == 0 &&
	    (self->started == self->options->calls || self->interrupted))
		g_main_loop_quit(self->loop);
}

static gboolean
offhook_emu_program_start_call_cb(gpointer user_data)
{
	OffhookEmuProgram *self = user_data;
	OffhookEmuCall *call;

	if (self->interrupted)
		return G_SOURCE_REMOVE;
	call = offhook_emu_call_new(self->options, self->address, self->session, &self->sink,
				    ++self->started);
	g_hash_table_add(self->calls, call);
	offhook_emu_call_start(call, offhook_emu_program_call_done_cb, self);
	return self->started < self->options->calls ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* The first interruption hangs up properly, the second one does not wait. */
static gboolean
offhook_emu_program_interrupt_cb(gpointer user_data)
{
	OffhookEmuProgram *self = user_data;
	g_autoptr(GList) calls = g_hash_table_get_keys(self->calls);

	if (self->interrupted || calls == NULL) {
		g_main_loop_quit(self->loop);
		return G_SOURCE_CONTINUE;
	}
	self->interrupted = TRUE;
	for (GList *call = calls; call != NULL; call = call->next)
		offhook_emu_call_hang_up(call->data);
	return G_SOURCE_CONTINUE;
}

static void
offhook_emu_program_clear(OffhookEmuProgram *self)
{
	g_clear_pointer(&self->calls, g_hash_table_unref);
	g_clear_pointer(&self->verdicts, g_ptr_array_unref);
	g_clear_object(&self->session);
	g_clear_pointer(&self->address, offhook_emu_address_free);
	g_clear_pointer(&self->options, offhook_emu_options_free);
	g_clear_pointer(&self->loop, g_main_loop_unref);
	if (self->sink.file != NULL)
		fclose(self->sink.file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookEmuProgram, offhook_emu_program_clear)

static gboolean
offhook_emu_program_init(OffhookEmuProgram *self, int argc, char **argv, GError **error)
{
	OffhookEmuOptions *options = offhook_emu_options_parse(argc, argv, error);
	OffhookEmuSpeech speech = {.rates = offhook_emu_carrier.rates};

	self->options = options;
	if (options == NULL)
		return FALSE;
	self->address = offhook_emu_address_new(options->to, options->public_url,
						offhook_emu_carrier.webhook_path, error);
	if (self->address == NULL)
		return FALSE;
	speech.voice = options->voice;
	speech.gain = options->gain;
	if (!offhook_emu_script_prepare(options->script, &speech,
					!g_str_equal(options->dtmf_mode, "event"), error))
		return FALSE;
	self->sink.timeline = options->calls == 1 && options->serve < 0 && !options->quiet;
	self->sink.numbered = options->calls > 1 || options->serve >= 0;
	if (options->log_path != NULL &&
	    (self->sink.file = fopen(options->log_path, "we")) == NULL) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "--log %s: %s",
			    options->log_path, g_strerror(errno));
		return FALSE;
	}
	self->session =
	    soup_session_new_with_options("max-conns", 20000, "max-conns-per-host", 20000,
					  "user-agent", offhook_emu_carrier.user_agent, NULL);
	/* a proxy of the user's desktop has no business between the two */
	soup_session_set_proxy_resolver(self->session, NULL);
	self->loop = g_main_loop_new(NULL, FALSE);
	self->calls =
	    g_hash_table_new_full(NULL, NULL, (GDestroyNotify)offhook_emu_call_free, NULL);
	self->verdicts = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_emu_verdict_free);
	return TRUE;
}

/* Until it is stopped from outside. */
static gint
offhook_emu_program_serve(OffhookEmuProgram *self)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuRest) rest =
	    offhook_emu_rest_new(self->options, self->address, self->session, &self->sink, &error);
	guint interrupt, terminate;

	if (rest == NULL) {
		g_printerr("%s: %s\n", g_get_prgname(), error->message);
		return OFFHOOK_EMU_EXIT_USAGE;
	}
	interrupt = g_unix_signal_add(SIGINT, offhook_emu_program_interrupt_cb, self);
	terminate = g_unix_signal_add(SIGTERM, offhook_emu_program_interrupt_cb, self);
	g_print("api-url=http://127.0.0.1:%u\n", offhook_emu_rest_get_port(rest));
	fflush(stdout);
	g_main_loop_run(self->loop);
	g_source_remove(interrupt);
	g_source_remove(terminate);
	return 0;
}

static gint
offhook_emu_program_run(OffhookEmuProgram *self)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuRest) rest = NULL;
	guint interrupt = g_unix_signal_add(SIGINT, offhook_emu_program_interrupt_cb, self);
	guint terminate = g_unix_signal_add(SIGTERM, offhook_emu_program_interrupt_cb, self);
	gboolean as_expected;

	if (offhook_emu_carrier.always_serves) {
		rest = offhook_emu_rest_new(self->options, self->address, self->session,
					    &self->sink, &error);
		if (rest == NULL) {
			g_printerr("%s: %s\n", g_get_prgname(), error->message);
			return OFFHOOK_EMU_EXIT_USAGE;
		}
	}
	if (offhook_emu_program_start_call_cb(self))
		g_timeout_add(self->options->ramp_ms, offhook_emu_program_start_call_cb, self);
	g_main_loop_run(self->loop);
	g_source_remove(interrupt);
	g_source_remove(terminate);
	if (self->options->calls > 1)
		offhook_emu_report_print_summary(self->verdicts);
	as_expected = self->verdicts->len == self->options->calls;
	for (guint i = 0; i < self->verdicts->len; i++) {
		const OffhookEmuVerdict *verdict = g_ptr_array_index(self->verdicts, i);

		as_expected = as_expected && verdict->failures->len == 0;
	}
	return as_expected ? 0 : OFFHOOK_EMU_EXIT_UNEXPECTED;
}

int
main(int argc, char **argv)
{
	g_auto(OffhookEmuProgram) program = {0};
	g_autoptr(GError) error = NULL;

	setlocale(LC_ALL, "");
	if (!offhook_emu_program_init(&program, argc, argv, &error)) {
		g_printerr("%s: %s\n", g_get_prgname(), error->message);
		return OFFHOOK_EMU_EXIT_USAGE;
	}
	return program.options->serve >= 0 ? offhook_emu_program_serve(&program)
					   : offhook_emu_program_run(&program);
}
