/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The caller speaks into an answer: silence soon, and the transcript ends at the word the caller heard
 * last. What was heard is measured by the emulator in the audio it played; when each word sounds is
 * asked of flite itself, not of the daemon.
 */

#include "fixture.h"

#include "harness.h"

#include <flite/flite.h>
#include <string.h>

cst_voice *register_cmu_us_slt(const char *directory);

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN                                          \
	"\n[assistant:desk]\ndriver=twilio\nagents=dialog\nstt=pocketsphinx\ntts="                 \
	"flite\n" FIXTURE_PATIENT

/* flite begins with silence, of which the server leaves so much. */
#define LEAD_IN_MS 20

/*
 * Adds the end of each word of @text, in ms after the first sound of the answer. @base_ms: where the
 * text's audio begins; moved to where it ends.
 */
static void
test_add_word_ends(const char *text, double *base_ms, GArray *ends)
{
	cst_voice *voice = register_cmu_us_slt(NULL);
	cst_utterance *utterance = flite_synth_text(text, voice);
	const cst_wave *wave = utt_wave(utterance);
	const cst_item *token = relation_head(utt_relation(utterance, "Token"));
	double silence_ms = ffeature_float(item_daughter(token),
					   "R:SylStructure.daughter1.daughter1.R:Segment.p.end") *
				1000 -
			    LEAD_IN_MS;

	for (; token != NULL; token = item_next(token)) {
		double end = ffeature_float(item_last_daughter(token),
					    "R:SylStructure.daughtern.daughtern.R:Segment.end") *
				 1000 -
			     silence_ms + *base_ms;

		g_array_append_val(ends, end);
	}
	*base_ms += wave->num_samples * 1000.0 / wave->sample_rate - silence_ms;
	delete_utterance(utterance);
}

/* So early in an answer the server speaks up to the first comma by itself. */
static GArray *
test_get_word_ends(const char *sentence)
{
	GArray *ends = g_array_new(FALSE, FALSE, sizeof(double));
	const char *comma = strchr(sentence, ',');
	double base_ms = -LEAD_IN_MS;

	flite_init();
	if (comma != NULL) {
		g_autofree char *first = g_strndup(sentence, comma + 1 - sentence);

		test_add_word_ends(first, &base_ms, ends);
		sentence = comma + 1;
	}
	test_add_word_ends(sentence, &base_ms, ends);
	return ends;
}

static guint
test_count_words(const char *text)
{
	g_auto(GStrv) words = g_strsplit_set(text, " ", -1);

	return g_strv_length(words);
}

static void
test_middle(Fixture *fixture, gconstpointer data)
{
	g_autofree char *log = g_build_filename(fixture->dir, "emulator.jsonl", NULL);
	g_autofree char *output = NULL;
	g_autoptr(JsonObject) call = NULL;
	g_autoptr(GArray) ends = NULL;
	g_autofree char *sentence = NULL;
	JsonObject *answer, *event;
	Listener *listener;
	const char *heard;
	double heard_ms;
	guint n;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	listener = listener_new(fixture, NULL);
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--log", log, "--say", "what are your opening hours",
				   "--barge-in", data, "where is the restaurant", "--expect",
				   "silence-within=" FIXTURE_SILENCE_WITHIN, "--expect", "heard",
				   NULL),
	    0);
	call = fixture_wait_call(fixture, "completed");
	answer =
	    json_array_get_object_element(json_object_get_array_member(call, "transcription"), 2);
	g_assert_true(json_object_get_boolean_member(answer, "interrupted"));
	heard = json_object_get_string_member(answer, "content");
	heard_ms = fixture_get_heard_ms(fixture, 2);
	g_test_message("heard %.0f ms: \"%s\"", heard_ms, heard);

	/* What was sent is the whole answer; its first sentence is what was spoken at the time. */
	event = json_object_get_object_member(listener_wait(listener, "message.sent", 1), "data");
	sentence = g_strdup(json_object_get_string_member(event, "message"));
	g_assert_true(g_str_has_prefix(sentence, heard));
	g_assert_nonnull(strchr(sentence, '.'));
	strchr(sentence, '.')[1] = '\0';
	ends = test_get_word_ends(sentence);
	n = test_count_words(heard);
	g_assert_cmpuint(n, >, 0);
	g_assert_cmpuint(n, <, ends->len);
	g_assert_cmpfloat(g_array_index(ends, double, n - 1), <=, heard_ms + FIXTURE_SLACK_MS);
	g_assert_cmpfloat(g_array_index(ends, double, n), >=, heard_ms - FIXTURE_SLACK_MS);
	listener_free(listener);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* In the middle of words, not in the pause at the comma. */
	g_test_add("/integration/barge-in/early", Fixture, "0.8", fixture_set_up, test_middle,
		   fixture_tear_down);
	g_test_add("/integration/barge-in/middle", Fixture, "1.5", fixture_set_up, test_middle,
		   fixture_tear_down);
	return g_test_run();
}
