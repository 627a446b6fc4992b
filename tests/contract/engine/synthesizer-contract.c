/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A synthesizer as the daemon uses it: pieces, words, cancelling, odd texts.
 */

#include "synthesizer-contract.h"

#include "harness.h"

#include <string.h>

/* Of a sentence of eleven words: less is not all of it, or has another rate; more keeps callers waiting for good. */
#define SENTENCE_MIN_MS 1000
#define SENTENCE_MAX_MS 60000
/* Within which the first word of it begins. */
#define LEAD_MAX_MS 1000

#define SENTENCE_ASKS                                                                              \
	"A sentence of eleven words becomes " G_STRINGIFY(SENTENCE_MIN_MS) " to " G_STRINGIFY(     \
	    SENTENCE_MAX_MS) " ms of audio; where the engine tells of words they lie within the "  \
			     "text and the audio, in order, the first within the first "           \
	G_STRINGIFY(LEAD_MAX_MS) " ms."

typedef struct {
	const OffhookSynthesizerContract *contract;
	OffhookEngine *engine;
	OffhookSynthesizer *synthesizer;
	GArray *words; /* of OffhookWordTime, of the last piece */
	gsize bytes;   /* of audio of the last piece */
	guint first;   /* piece that may be heard of: those before it were cancelled */
	guint last;    /* piece that was heard of last */
	guint n_done;
	gboolean done;
} Fixture;

static void
fixture_audio_cb(OffhookSynthesizer *synthesizer, guint piece, GBytes *audio, gpointer user_data)
{
	Fixture *self = user_data;

	if (piece < self->first)
		g_error("audio of piece %u came after it was cancelled", piece);
	g_assert_cmpuint(piece, >=, self->last);
	if (piece > self->last)
		self->bytes = 0;
	self->last = piece;
	self->bytes += g_bytes_get_size(audio);
	g_assert_cmpuint(g_bytes_get_size(audio) % sizeof(gint16), ==, 0);
}

static void
fixture_words_cb(OffhookSynthesizer *synthesizer, guint piece, const OffhookWordTime *words,
		 guint n, gpointer user_data)
{
	Fixture *self = user_data;

	g_array_append_vals(self->words, words, n);
}

static void
fixture_done_cb(OffhookSynthesizer *synthesizer, guint piece, const GError *error,
		gpointer user_data)
{
	Fixture *self = user_data;

	g_assert_no_error(error);
	self->last = piece;
	self->n_done++;
	self->done = TRUE;
}

static void
fixture_set_up(Fixture *self, gconstpointer data)
{
	const OffhookSynthesizeOptions options = {.language = "en-US"};
	g_autoptr(GError) error = NULL;

	self->contract = data;
	self->engine = self->contract->open();
	self->synthesizer = offhook_engine_open_synthesizer(self->engine, &options, &error);
	g_assert_no_error(error);
	self->words = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	g_signal_connect(self->synthesizer, "audio", G_CALLBACK(fixture_audio_cb), self);
	g_signal_connect(self->synthesizer, "words", G_CALLBACK(fixture_words_cb), self);
	g_signal_connect(self->synthesizer, "done", G_CALLBACK(fixture_done_cb), self);
}

static void
fixture_tear_down(Fixture *self, gconstpointer data)
{
	offhook_synthesizer_cancel(self->synthesizer);
	g_object_unref(self->synthesizer);
	g_object_unref(self->engine);
	g_array_unref(self->words);
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static void
fixture_speak(Fixture *self, guint piece, const char *text)
{
	self->done = FALSE;
	offhook_synthesizer_speak(self->synthesizer, piece, text);
	harness_wait_for(&self->done, "the piece to be done");
}

static guint
fixture_get_ms(Fixture *self)
{
	return self->bytes * 1000 / (OFFHOOK_RATE * sizeof(gint16));
}

static void
fixture_check_length(Fixture *self, const char *text)
{
	guint ms = fixture_get_ms(self);

	if (ms < SENTENCE_MIN_MS)
		g_error("took %u ms of audio for \"%s\", at least %u are expected", ms, text,
			SENTENCE_MIN_MS);
	if (ms > SENTENCE_MAX_MS)
		g_error("took %u ms of audio for \"%s\", at most %u are expected", ms, text,
			SENTENCE_MAX_MS);
}

#define N_WORDS 11

static void
test_words(Fixture *self, gconstpointer data)
{
	static const char text[] = "We are open from noon until 10:30 p.m. in the \"evening\".";
	guint before_ms = 0;
	gsize before = 0;

	fixture_speak(self, 1, text);
	fixture_check_length(self, text);
	if (!self->contract->times_words)
		g_assert_true(self->contract->any_words || self->words->len == 0);
	if (self->words->len == 0 && !self->contract->times_words)
		return;
	/* Engines differ in what they call a word; each begins where one is written. */
	g_assert_cmpuint(self->words->len, >=, N_WORDS - 1);
	for (guint i = 0; i < self->words->len; i++) {
		const OffhookWordTime *word = &g_array_index(self->words, OffhookWordTime, i);

		g_assert_cmpuint(word->offset + word->length, <=, strlen(text));
		g_assert_cmpuint(word->length, >, 0);
		g_assert_cmpint(text[word->offset], !=, ' ');
		g_assert_cmpuint(word->offset, >=, before);
		before = word->offset;
		g_assert_cmpuint(word->start_ms, >=, before_ms);
		g_assert_cmpuint(word->end_ms, >, word->start_ms);
		before_ms = word->start_ms;
	}
	g_assert_cmpuint(g_array_index(self->words, OffhookWordTime, 0).start_ms, <=,
			 LEAD_MAX_MS);
	g_assert_cmpuint(g_array_index(self->words, OffhookWordTime, self->words->len - 1).end_ms,
			 <=, fixture_get_ms(self));
}

static void
test_order(Fixture *self, gconstpointer data)
{
	for (guint i = 1; i <= 5; i++)
		offhook_synthesizer_speak(self->synthesizer, i, "One sentence.");
	while (self->n_done < 5)
		g_main_context_iteration(NULL, TRUE);
	g_assert_cmpuint(self->last, ==, 5);
}

static void
test_cancel(Fixture *self, gconstpointer data)
{
	offhook_synthesizer_speak(self->synthesizer, 1,
				  "This is a rather long sentence that nobody will ever hear.");
	offhook_synthesizer_speak(self->synthesizer, 2, "Nor this one.");
	offhook_synthesizer_cancel(self->synthesizer);
	self->first = 3;
	fixture_speak(self, 3, "But this.");
	g_assert_cmpuint(self->n_done, ==, 1);
	g_assert_cmpuint(self->last, ==, 3);
	g_assert_cmpuint(fixture_get_ms(self), >, 0);
}

static void
test_odd_texts(Fixture *self, gconstpointer data)
{
	g_autofree char *long_text = g_strnfill(20000, 'a');
	const char *const texts[] = {"",
				     "   ",
				     "?!",
				     "\xff\xfe broken",
				     "\xf0\x9f\x98\x80",
				     "<b>&amp;</b> \x01\x02",
				     "%s%n 100% $5.20 a@b.example"};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		fixture_speak(self, i + 1, texts[i]);
	for (guint i = 1; i < 20000; i += 9)
		long_text[i] = ' ';
	offhook_synthesizer_speak(self->synthesizer, 100, long_text);
	offhook_synthesizer_cancel(self->synthesizer);
}

static void
test_unknown_voice(Fixture *self, gconstpointer data)
{
	const OffhookSynthesizeOptions options = {.voice = "nobody"};
	g_autoptr(GError) error = NULL;

	if (self->contract->any_voice) {
		g_test_skip("the engine does not know which voices there are");
		return;
	}
	g_assert_null(offhook_engine_open_synthesizer(self->engine, &options, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
}

static void
test_no_transcriber(Fixture *self, gconstpointer data)
{
	const OffhookTranscribeOptions options = {.language = "en-US"};
	g_autoptr(GError) error = NULL;

	if (offhook_engine_get_roles(self->engine) & OFFHOOK_ENGINE_TRANSCRIBE) {
		g_test_skip("the engine transcribes, too");
		return;
	}
	g_assert_null(offhook_engine_open_transcriber(self->engine, &options, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
}

static const struct {
	const char *name;
	void (*func)(Fixture *self, gconstpointer data);
	const char *asks;
} checks[] = {
    {"words", test_words, SENTENCE_ASKS},
    {"order", test_order,
     "Pieces are spoken in the order in which they were asked for, each "
     "with one done."},
    {"cancel", test_cancel,
     "After cancel() nothing more comes of what was asked before; the "
     "next piece is as good as ever."},
    {"odd-texts", test_odd_texts,
     "Any text is spoken or passed over: empty ones, markup, bytes that "
     "are not UTF-8, 20 KB."},
    {"unknown-voice", test_unknown_voice,
     "A voice that the engine has not is OFFHOOK_ERROR_INVALID_ARGUMENT "
     "when the session is opened."},
    {"no-transcriber", test_no_transcriber,
     "A role that the class does not say is refused with "
     "OFFHOOK_ERROR_NOT_SUPPORTED."},
};

void
offhook_synthesizer_contract_add_tests(const OffhookSynthesizerContract *contract)
{
	for (guint i = 0; i < G_N_ELEMENTS(checks); i++) {
		g_autofree char *path =
		    g_strdup_printf("/contract/synthesizer/%s/%s", contract->name, checks[i].name);

		g_test_add(path, Fixture, contract, fixture_set_up, checks[i].func,
			   fixture_tear_down);
	}
}

const char *
offhook_synthesizer_contract_get_check(guint n, const char **asks)
{
	if (n >= G_N_ELEMENTS(checks))
		return NULL;
	*asks = checks[n].asks;
	return checks[n].name;
}
