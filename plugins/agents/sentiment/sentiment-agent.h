/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The sentiment agent: notices how the caller feels, tells the agents behind it, and offers a person
 * to who is upset.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_SENTIMENT_AGENT (offhook_sentiment_agent_get_type())
G_DECLARE_FINAL_TYPE(OffhookSentimentAgent, offhook_sentiment_agent, OFFHOOK, SENTIMENT_AGENT,
		     OffhookAgent)

G_END_DECLS
