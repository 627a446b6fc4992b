/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../party.h"

#include <string.h>

#define FRAME 160 /* mu-law at 8 kHz */

/* An utterance of @frames frames that hold @value. */
static void
add_utterance(OffhookLoopbackManners *manners, guint frames, guint8 value)
{
	guint8 *data = g_malloc(frames * FRAME);

	memset(data, value, frames * FRAME);
	g_ptr_array_add(manners->utterances, g_bytes_new_take(data, frames * FRAME));
}

static OffhookLoopbackManners
make_manners(void)
{
	return (OffhookLoopbackManners){
	    .format = {OFFHOOK_ENCODING_MULAW, 8000},
	    .utterances = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
	    .turn_gap_ms = 100,
	    .patience_ms = 1000,
	    .hang_up_ms = 200,
	};
}

static OffhookLoopbackParty *
make_party(OffhookLoopbackManners *manners)
{
	OffhookLoopbackParty *party = offhook_loopback_party_new(manners);

	g_ptr_array_unref(manners->utterances);
	return party;
}

/* Runs @frames frames; what the party did in each: its first byte's value, or 0 for "hangs up". */
static void
run(OffhookLoopbackParty *party, guint frames, gboolean audible, const guint8 *expected)
{
	guint8 frame[FRAME];

	for (guint i = 0; i < frames; i++) {
		offhook_loopback_party_hear(party, audible);
		if (!offhook_loopback_party_speak(party, frame))
			frame[0] = 0;
		if (expected != NULL)
			g_assert_cmphex(frame[0], ==, *expected);
	}
}

static const guint8 silence = 0xff, one = 1, two = 2, gone = 0;

static void
test_silent_party_stays(void)
{
	OffhookLoopbackManners manners = make_manners();
	g_autoptr(OffhookLoopbackParty) party = make_party(&manners);

	run(party, 1000, FALSE, &silence);
}

static void
test_speaks_at_once_and_hangs_up(void)
{
	OffhookLoopbackManners manners = make_manners();
	g_autoptr(OffhookLoopbackParty) party = NULL;

	add_utterance(&manners, 3, one);
	party = make_party(&manners);
	run(party, 3, FALSE, &one);
	run(party, 10, FALSE, &silence); /* 200 ms */
	run(party, 1, FALSE, &gone);
}

static void
test_waits_for_the_answer(void)
{
	OffhookLoopbackManners manners = make_manners();
	g_autoptr(OffhookLoopbackParty) party = NULL;

	add_utterance(&manners, 2, one);
	add_utterance(&manners, 2, two);
	party = make_party(&manners);
	run(party, 2, FALSE, &one);
	run(party, 20, FALSE, &silence); /* thinking */
	run(party, 50, TRUE, &silence);  /* answering */
	run(party, 4, FALSE, &silence);  /* a breath */
	run(party, 10, TRUE, &silence);  /* goes on */
	run(party, 4, FALSE, &silence);
	run(party, 2, FALSE, &two); /* after 100 ms of quiet */
	run(party, 9, FALSE, &silence);
	run(party, 5, TRUE, &silence); /* the goodbye keeps it on the line */
	run(party, 9, FALSE, &silence);
	run(party, 1, FALSE, &gone);
}

static void
test_loses_patience(void)
{
	OffhookLoopbackManners manners = make_manners();
	g_autoptr(OffhookLoopbackParty) party = NULL;

	add_utterance(&manners, 1, one);
	add_utterance(&manners, 1, two);
	party = make_party(&manners);
	run(party, 1, FALSE, &one);
	run(party, 50, FALSE, &silence);
	run(party, 1, FALSE, &two);
}

static void
test_answer_during_speech_does_not_count(void)
{
	OffhookLoopbackManners manners = make_manners();
	g_autoptr(OffhookLoopbackParty) party = NULL;

	add_utterance(&manners, 5, one);
	add_utterance(&manners, 1, two);
	party = make_party(&manners);
	run(party, 5, TRUE, &one); /* an echo, say */
	run(party, 49, FALSE, &silence);
}

static void
test_listens_first(void)
{
	OffhookLoopbackManners manners = make_manners();
	g_autoptr(OffhookLoopbackParty) party = NULL;

	manners.listen_first = TRUE;
	add_utterance(&manners, 1, one);
	party = make_party(&manners);
	run(party, 10, FALSE, &silence);
	run(party, 10, TRUE, &silence);
	run(party, 4, FALSE, &silence);
	run(party, 1, FALSE, &one);
}

static void
test_never_hangs_up(void)
{
	OffhookLoopbackManners manners = make_manners();
	g_autoptr(OffhookLoopbackParty) party = NULL;

	manners.hang_up_ms = 0;
	add_utterance(&manners, 1, one);
	party = make_party(&manners);
	run(party, 1, FALSE, &one);
	run(party, 1000, FALSE, &silence);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/loopback/party/silent-stays", test_silent_party_stays);
	g_test_add_func("/loopback/party/speaks-and-hangs-up", test_speaks_at_once_and_hangs_up);
	g_test_add_func("/loopback/party/waits-for-answer", test_waits_for_the_answer);
	g_test_add_func("/loopback/party/patience", test_loses_patience);
	g_test_add_func("/loopback/party/answer-during-speech",
			test_answer_during_speech_does_not_count);
	g_test_add_func("/loopback/party/listens-first", test_listens_first);
	g_test_add_func("/loopback/party/never-hangs-up", test_never_hangs_up);
	return g_test_run();
}
