/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What callers say to the sample restaurant, and synthetic voices to say it over a telephone line.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What has been said before, so that the dialogue expects something. */
typedef enum {
	CORPUS_START,
	CORPUS_PEOPLE,
	CORPUS_DAY,
	CORPUS_TIME,
	CORPUS_CONFIRM,
	CORPUS_LAST
} CorpusContext;

typedef struct {
	CorpusContext context;
	const char *text;
} CorpusPhrase;

#define CORPUS_N_PHRASES   20
#define CORPUS_N_OFF_TOPIC 20

/** One half tunes, the other measures; nothing of the second may be looked at while tuning. */
typedef struct {
	CorpusPhrase phrases[CORPUS_N_PHRASES];
	const char *off_topic[CORPUS_N_OFF_TOPIC];
} CorpusSet;

extern const CorpusSet corpus_tuning;
extern const CorpusSet corpus_test;

typedef struct {
	const char *program; /* flite or espeak-ng */
	const char *name;
} CorpusVoice;

extern const CorpusVoice corpus_voices[];
extern const guint corpus_n_voices;

/**
 * corpus_speak:
 * @level: peak of the speech, 1 is full scale
 * @noise: peak of white noise on the line; 0 for none
 *
 * Returns: (transfer full): @text as it arrives in the daemon: 8 kHz mu-law, brought back to S16 at
 * 16 kHz, with 300 ms before and 400 ms after it. Exits when a program is missing.
 */
GArray *corpus_speak(const CorpusVoice *voice, const char *text, double level, double noise);

G_END_DECLS
