/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The sentiment agent as a plugin. */

#include "sentiment-agent.h"
#include "sentiment-options.h"

#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(AGENT, "sentiment", "0.1.0", "LGPL-2.1-or-later",
		      "Notices how the caller feels, and offers a person to who is upset",
		      offhook_sentiment_settings, offhook_sentiment_agent_get_type)
