/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When the caller's turn has ended while his sound comes late. The recogniser has its words at once. */

#include "call/conversation/ear.h"

#define TEST_TYPE_TRANSCRIBER (test_transcriber_get_type())
G_DECLARE_FINAL_TYPE(TestTranscriber, test_transcriber, TEST, TRANSCRIBER, OffhookTranscriber)
struct _TestTranscriber {
	OffhookTranscriber parent;
	guint utterance;
};
G_DEFINE_TYPE(TestTranscriber, test_transcriber, OFFHOOK_TYPE_TRANSCRIBER)

static void
test_transcriber_begin(OffhookTranscriber *transcriber, guint utterance,
		       OffhookExpectation *expectation)
{
	TEST_TRANSCRIBER(transcriber)->utterance = utterance;
}

static void
test_transcriber_finish(OffhookTranscriber *transcriber)
{
	OffhookTranscript what = {.utterance = TEST_TRANSCRIBER(transcriber)->utterance,
				  .text = "table",
				  .confidence = 1.0};

	offhook_transcriber_emit_final(transcriber, &what);
}

static void
test_transcriber_nothing(OffhookTranscriber *transcriber)
{
}

static void
test_transcriber_class_init(TestTranscriberClass *class)
{
	OffhookTranscriberClass *transcriber = OFFHOOK_TRANSCRIBER_CLASS(class);

	transcriber->begin = test_transcriber_begin;
	transcriber->finish = test_transcriber_finish;
	transcriber->cancel = test_transcriber_nothing;
}

static void
test_transcriber_init(TestTranscriber *self)
{
}

typedef struct {
	OffhookEar *ear;
	OffhookTranscriber *transcriber;
	gint64 late_us;  /* the sound is so late from the beginning on */
	gint64 until_us; /* no sound comes after that; 0: it does */
	gboolean goes_on; /* ... but then, after a pause's time */
	gint64 stopped_us;
	gint64 ended_us; /* the turn */
	char *text;
} EarFixture;

static void
fixture_text_cb(gpointer user_data, const char *text)
{
}

static void
fixture_supposed_cb(gpointer user_data, const char *text, double confidence)
{
}

static void
fixture_outcome_cb(gpointer user_data, const OffhookEndpointOutcome *outcome)
{
	EarFixture *self = user_data;

	g_assert_cmpint(outcome->kind, ==, OFFHOOK_ENDPOINT_TURN);
	self->ended_us = g_get_monotonic_time();
	self->text = g_strdup(outcome->text);
}

/* The caller says a word, and silence is certain. */
static void
fixture_say(EarFixture *self)
{
	offhook_ear_speech_started(self->ear);
	self->stopped_us = g_get_monotonic_time();
	offhook_ear_speech_stopped(self->ear, self->stopped_us - 200000);
}

static gboolean
fixture_go_on_cb(gpointer user_data)
{
	EarFixture *self = user_data;

	g_assert_null(self->text);
	self->until_us = 0;
	fixture_say(self);
	return G_SOURCE_REMOVE;
}

static gint64
fixture_get_heard_until_cb(gpointer user_data)
{
	EarFixture *self = user_data;

	if (self->goes_on && g_get_monotonic_time() >= self->stopped_us + 600000) {
		self->goes_on = FALSE;
		g_idle_add(fixture_go_on_cb, self);
	}
	return self->until_us != 0 ? self->until_us : g_get_monotonic_time() - self->late_us;
}

static const OffhookEarEvents fixture_events = {
    .partial = fixture_text_cb,
    .final = fixture_text_cb,
    .supposed = fixture_supposed_cb,
    .outcome = fixture_outcome_cb,
    .get_heard_until = fixture_get_heard_until_cb,
};

static void
fixture_set_up(EarFixture *self, gconstpointer data)
{
	self->transcriber = g_object_new(TEST_TYPE_TRANSCRIBER, NULL);
	self->ear = offhook_ear_new(self->transcriber, "en", FALSE, FALSE, &fixture_events, self);
}

static void
fixture_tear_down(EarFixture *self, gconstpointer data)
{
	offhook_ear_free(self->ear);
	g_object_unref(self->transcriber);
	g_free(self->text);
}

static void
fixture_wait_for_end(EarFixture *self)
{
	while (self->text == NULL)
		g_main_context_iteration(NULL, TRUE);
}

static gint64
fixture_get_wait_ms(EarFixture *self)
{
	return (self->ended_us - self->stopped_us) / 1000;
}

/* Sound that has always been so late is no stall: the turn is not held for longer. */
static void
test_even_delay(EarFixture *self, gconstpointer data)
{
	gint64 asked_us, final_us;

	self->late_us = 5 * G_TIME_SPAN_SECOND;
	fixture_say(self);
	fixture_wait_for_end(self);
	g_assert_cmpint(fixture_get_wait_ms(self), >=, 600);
	g_assert_cmpstr(self->text, ==, "table");
	offhook_ear_get_transcriber_times(self->ear, &asked_us, &final_us);
	g_assert_cmpint(final_us, >=, asked_us);
}

/* A line on which nothing comes at all is waited for a second longer, and no more. */
static void
test_stall(EarFixture *self, gconstpointer data)
{
	self->until_us = g_get_monotonic_time();
	fixture_say(self);
	fixture_wait_for_end(self);
	g_assert_cmpint(fixture_get_wait_ms(self), >=, 1600);
	g_assert_false(offhook_ear_is_busy(self->ear));
}

/* What was held up on the line belongs to the turn, though it comes after the time for a pause. */
static void
test_goes_on(EarFixture *self, gconstpointer data)
{
	self->until_us = g_get_monotonic_time();
	self->goes_on = TRUE;
	fixture_say(self);
	fixture_wait_for_end(self);
	g_assert_cmpstr(self->text, ==, "table table");
}

#define TEST(path, func)                                                                           \
	g_test_add(path, EarFixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	TEST("/call/ear/even-delay", test_even_delay);
	TEST("/call/ear/stall", test_stall);
	TEST("/call/ear/goes-on", test_goes_on);
	return g_test_run();
}
