/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The sentiment agent: reads its word lists once, opens sessions with what the configuration says.
 * Main thread.
 */

#include "sentiment-agent.h"

#include "language.h"
#include "sentiment-lexicon.h"
#include "sentiment-options.h"
#include "sentiment-session.h"

struct _OffhookSentimentAgent {
	OffhookAgent parent_instance;

	OffhookSettings *settings;
	OffhookSentimentLexicon *lexicons[OFFHOOK_N_LANGUAGES];
};

G_DEFINE_FINAL_TYPE(OffhookSentimentAgent, offhook_sentiment_agent, OFFHOOK_TYPE_AGENT)

static OffhookAgentSession *
offhook_sentiment_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options,
				     GError **error)
{
	OffhookSentimentAgent *self = OFFHOOK_SENTIMENT_AGENT(agent);
	g_autoptr(OffhookSentimentOptions) read =
	    offhook_sentiment_options_new(self->settings, options->options, error);

	if (read == NULL)
		return NULL;
	return offhook_sentiment_session_new(g_steal_pointer(&read),
					     (const OffhookSentimentLexicon *const *)self->lexicons,
					     G_OBJECT(self), options);
}

static gboolean
offhook_sentiment_agent_check_options(OffhookAgent *agent, const OffhookAgentOptions *options,
				      GError **error)
{
	g_autoptr(OffhookSentimentOptions) read = offhook_sentiment_options_new(
	    OFFHOOK_SENTIMENT_AGENT(agent)->settings, options->options, error);

	return read != NULL;
}

static gboolean
offhook_sentiment_agent_configure(OffhookAgent *agent, OffhookSettings *settings, GError **error)
{
	OffhookSentimentAgent *self = OFFHOOK_SENTIMENT_AGENT(agent);

	offhook_settings_unref(self->settings);
	self->settings = offhook_settings_ref(settings);
	return TRUE;
}

static void
offhook_sentiment_agent_finalize(GObject *object)
{
	OffhookSentimentAgent *self = OFFHOOK_SENTIMENT_AGENT(object);

	for (guint i = 0; i < OFFHOOK_N_LANGUAGES; i++)
		offhook_sentiment_lexicon_free(self->lexicons[i]);
	offhook_settings_unref(self->settings);

	G_OBJECT_CLASS(offhook_sentiment_agent_parent_class)->finalize(object);
}

static void
offhook_sentiment_agent_init(OffhookSentimentAgent *self)
{
	self->settings =
	    offhook_settings_new(offhook_sentiment_settings, NULL, "agent:sentiment", NULL);
	for (guint i = 0; i < OFFHOOK_N_LANGUAGES; i++) {
		/* They are part of the plugin, and tested with it. */
		self->lexicons[i] =
		    offhook_sentiment_lexicon_load(offhook_language_get_code(i), NULL);
		g_assert(self->lexicons[i] != NULL);
	}
}

static void
offhook_sentiment_agent_class_init(OffhookSentimentAgentClass *klass)
{
	OffhookAgentClass *agent_class = OFFHOOK_AGENT_CLASS(klass);

	agent_class->features =
	    OFFHOOK_AGENT_TURNS | OFFHOOK_AGENT_SPECULATIVE | OFFHOOK_AGENT_CONSULTS;
	agent_class->configure = offhook_sentiment_agent_configure;
	agent_class->open_session = offhook_sentiment_agent_open_session;
	agent_class->check_options = offhook_sentiment_agent_check_options;
	G_OBJECT_CLASS(klass)->finalize = offhook_sentiment_agent_finalize;
}
