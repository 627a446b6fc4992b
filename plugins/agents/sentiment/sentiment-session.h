/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One conversation's feelings. Main thread.
 */
#pragma once

#include "sentiment-lexicon.h"
#include "sentiment-options.h"

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_SENTIMENT_SESSION (offhook_sentiment_session_get_type())
G_DECLARE_FINAL_TYPE(OffhookSentimentSession, offhook_sentiment_session, OFFHOOK, SENTIMENT_SESSION,
		     OffhookAgentSession)

/**
 * offhook_sentiment_session_new:
 * @options: (transfer full)
 * @lexicons: one for each OffhookLanguage; live as long as @owner
 * @owner: (transfer none): a reference is kept
 */
OffhookAgentSession *offhook_sentiment_session_new(OffhookSentimentOptions *options,
						   const OffhookSentimentLexicon *const *lexicons,
						   GObject *owner,
						   const OffhookAgentOptions *session);

G_END_DECLS
