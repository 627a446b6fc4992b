/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A transcriber as the daemon uses it: utterances one after another and close together, silence,
 * cancelling, being dropped at any moment.
 */

#include "transcriber-contract.h"

#include "harness.h"

#include <string.h>

#define TONE_PERIOD 40 /* samples */

typedef struct {
	const OffhookTranscriberContract *contract;
	OffhookEngine *engine;
	OffhookTranscriber *transcriber; /* (nullable) */
	GBytes *speech;
	OffhookExpectation *expectation; /* (nullable) */
	GString *ended;                  /* "1:2!" : the first told, the second failed */
	guint n_ended;
	guint wanted;
	guint last_partial;
	char *text; /* of the last final */
	double confidence;
	gboolean drop; /* at the first end */
} Fixture;

static void
fixture_partial_cb(OffhookTranscriber *transcriber, const OffhookTranscript *what,
		   gpointer user_data)
{
	Fixture *self = user_data;
	g_autofree char *end = g_strdup_printf("%u:", what->utterance);

	/* None comes after its final. */
	g_assert_null(strstr(self->ended->str, end));
	g_assert_nonnull(what->text);
	self->last_partial = what->utterance;
}

static void
fixture_end(Fixture *self, guint utterance, char how)
{
	g_string_append_printf(self->ended, "%u%c", utterance, how);
	self->n_ended++;
	if (self->drop)
		g_clear_object(&self->transcriber);
}

static void
fixture_final_cb(OffhookTranscriber *transcriber, const OffhookTranscript *what, gpointer user_data)
{
	Fixture *self = user_data;

	g_assert_nonnull(what->text);
	g_assert_true(g_utf8_validate(what->text, -1, NULL));
	g_assert_cmpfloat(what->confidence, >=, 0);
	g_assert_cmpfloat(what->confidence, <=, 1);
	g_free(self->text);
	self->text = g_strdup(what->text);
	self->confidence = what->confidence;
	fixture_end(self, what->utterance, ':');
}

static void
fixture_failed_cb(OffhookTranscriber *transcriber, guint utterance, const GError *error,
		  gpointer user_data)
{
	g_assert_true(error->domain == OFFHOOK_ERROR);
	g_test_message("utterance %u failed: %s", utterance, error->message);
	fixture_end(user_data, utterance, '!');
}

static GBytes *
fixture_make_tone(void)
{
	gint16 *samples = g_new(gint16, OFFHOOK_RATE);

	for (guint i = 0; i < OFFHOOK_RATE; i++)
		samples[i] = i % TONE_PERIOD < TONE_PERIOD / 2 ? 5000 : -5000;
	return g_bytes_new_take(samples, OFFHOOK_RATE * sizeof *samples);
}

static void
fixture_set_up(Fixture *self, gconstpointer data)
{
	const OffhookTranscribeOptions options = {.language = "en-US"};
	g_autoptr(GError) error = NULL;

	self->contract = data;
	self->engine = self->contract->open();
	self->transcriber = offhook_engine_open_transcriber(self->engine, &options, &error);
	g_assert_no_error(error);
	self->speech =
	    self->contract->speak != NULL ? self->contract->speak() : fixture_make_tone();
	if (self->contract->expect != NULL)
		self->expectation = self->contract->expect();
	self->ended = g_string_new(NULL);
	g_signal_connect(self->transcriber, "partial", G_CALLBACK(fixture_partial_cb), self);
	g_signal_connect(self->transcriber, "final", G_CALLBACK(fixture_final_cb), self);
	g_signal_connect(self->transcriber, "failed", G_CALLBACK(fixture_failed_cb), self);
}

static void
fixture_tear_down(Fixture *self, gconstpointer data)
{
	g_clear_object(&self->transcriber);
	g_clear_pointer(&self->expectation, offhook_expectation_unref);
	g_object_unref(self->engine);
	g_bytes_unref(self->speech);
	g_string_free(self->ended, TRUE);
	g_free(self->text);
	while (g_main_context_iteration(NULL, FALSE))
		;
}

/* As it comes from a line: 20 ms at a time. */
static void
fixture_push(Fixture *self)
{
	gsize size;
	const gint16 *samples = g_bytes_get_data(self->speech, &size);
	gsize n = size / sizeof *samples;

	for (gsize at = 0; at < n; at += OFFHOOK_FRAME_SAMPLES)
		offhook_transcriber_push(self->transcriber, samples + at,
					 MIN(OFFHOOK_FRAME_SAMPLES, n - at));
}

static void
fixture_say(Fixture *self, guint utterance)
{
	offhook_transcriber_begin(self->transcriber, utterance, self->expectation);
	fixture_push(self);
	offhook_transcriber_finish(self->transcriber);
}

static gboolean
fixture_has_all(gpointer data)
{
	return ((Fixture *)data)->n_ended >= ((Fixture *)data)->wanted;
}

static void
fixture_expect(Fixture *self, guint n, const char *ended)
{
	self->wanted = n;
	harness_wait_until(fixture_has_all, self, "the utterances' ends");
	g_assert_cmpstr(self->ended->str, ==, ended);
}

static void
fixture_check_words(Fixture *self)
{
	if (!self->contract->any_words)
		g_assert_cmpstr(self->text, !=, "");
}

/* ---- the tests ---- */

static void
test_utterances(Fixture *self, gconstpointer data)
{
	fixture_say(self, 1);
	fixture_expect(self, 1, "1:");
	fixture_check_words(self);
	g_assert_true(self->contract->any_words || self->confidence > 0);
	fixture_say(self, 2);
	fixture_expect(self, 2, "1:2:");
	fixture_check_words(self);
}

/*
 * The next begins before the last was understood; numbers are only names. A service that is asked side by
 * side may answer in any order, but each once.
 */
static void
test_close_together(Fixture *self, gconstpointer data)
{
	static const char *const each[] = {"7:", "5:", "9:"};

	fixture_say(self, 7);
	fixture_say(self, 5);
	fixture_say(self, 9);
	self->wanted = 3;
	harness_wait_until(fixture_has_all, self, "the utterances' ends");
	g_assert_cmpuint(self->ended->len, ==, 6);
	for (guint i = 0; i < G_N_ELEMENTS(each); i++)
		g_assert_nonnull(strstr(self->ended->str, each[i]));
}

/* Without a word it is the empty text, not a failure. */
static void
test_nothing_said(Fixture *self, gconstpointer data)
{
	offhook_transcriber_begin(self->transcriber, 1, self->expectation);
	offhook_transcriber_push(self->transcriber, NULL, 0);
	offhook_transcriber_finish(self->transcriber);
	fixture_expect(self, 1, "1:");
	g_assert_cmpstr(self->text, ==, "");
	fixture_say(self, 2);
	fixture_expect(self, 2, "1:2:");
	fixture_check_words(self);
}

/* Of what was cancelled nothing is heard, neither while it is spoken nor after it. */
static void
test_cancel(Fixture *self, gconstpointer data)
{
	offhook_transcriber_begin(self->transcriber, 1, self->expectation);
	fixture_push(self);
	offhook_transcriber_cancel(self->transcriber);
	fixture_say(self, 2);
	offhook_transcriber_cancel(self->transcriber);
	offhook_transcriber_cancel(self->transcriber);
	fixture_say(self, 3);
	fixture_expect(self, 1, "3:");
	fixture_say(self, 4);
	fixture_expect(self, 2, "3:4:");
	g_assert_cmpuint(self->last_partial != 1 && self->last_partial != 2, ==, TRUE);
}

/* What makes no sense does no harm. */
static void
test_out_of_order(Fixture *self, gconstpointer data)
{
	offhook_transcriber_finish(self->transcriber);
	fixture_push(self);
	offhook_transcriber_finish(self->transcriber);
	fixture_say(self, 1);
	offhook_transcriber_finish(self->transcriber);
	fixture_expect(self, 1, "1:");
}

static void
test_drop(Fixture *self, gconstpointer data)
{
	offhook_transcriber_begin(self->transcriber, 1, self->expectation);
	fixture_push(self);
	g_clear_object(&self->transcriber);
	g_assert_cmpuint(self->n_ended, ==, 0);
}

static void
test_drop_in_handler(Fixture *self, gconstpointer data)
{
	self->drop = TRUE;
	fixture_say(self, 1);
	fixture_say(self, 2);
	self->wanted = 1;
	harness_wait_until(fixture_has_all, self, "an utterance's end");
	g_assert_cmpuint(self->n_ended, ==, 1);
}

static const struct {
	const char *name;
	void (*func)(Fixture *self, gconstpointer data);
	const char *asks;
} checks[] = {
    {"utterances", test_utterances,
     "After begin, audio and finish comes exactly one final, with the "
     "words and how certain they are."},
    {"close-together", test_close_together,
     "The next utterance may begin before the last was understood; each "
     "has one end, under its own number."},
    {"nothing-said", test_nothing_said,
     "An utterance without a word ends in the empty text, not in a "
     "failure."},
    {"cancel", test_cancel,
     "Of an utterance that was cancelled nothing is heard, and the next "
     "is as good as ever."},
    {"out-of-order", test_out_of_order, "finish() and audio without begin() do no harm."},
    {"drop", test_drop, "The session may be dropped in the middle of an utterance."},
    {"drop-in-handler", test_drop_in_handler,
     "It may be dropped from inside a signal, too, and says nothing "
     "more."},
};

void
offhook_transcriber_contract_add_tests(const OffhookTranscriberContract *contract)
{
	for (guint i = 0; i < G_N_ELEMENTS(checks); i++) {
		g_autofree char *path =
		    g_strdup_printf("/contract/transcriber/%s/%s", contract->name, checks[i].name);

		g_test_add(path, Fixture, contract, fixture_set_up, checks[i].func,
			   fixture_tear_down);
	}
}

const char *
offhook_transcriber_contract_get_check(guint n, const char **asks)
{
	if (n >= G_N_ELEMENTS(checks))
		return NULL;
	*asks = checks[n].asks;
	return checks[n].name;
}
