/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The sentiment agent's settings and an assistant's own values for them. Any thread.
 */

#include "sentiment-options.h"

#include <offhook/error.h>

const OffhookSetting offhook_sentiment_settings[] = {
    {"after", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "2", "1..10", NULL,
     "After how many negative turns in a row something is done."},
    {"then", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "tell", "offer|transfer|tell", NULL,
     "What: offer a person, transfer to one, or only tell the agents behind."},
    {"human", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Whom such callers are transferred to: a number."},
    {"again-after", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "6", "1..1000", NULL,
     "For how many turns nothing is offered to a caller who said no."},
    {"classify", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "Ask the assistant's language model where the words do not tell enough."},
    {"threshold", OFFHOOK_SETTING_NUMBER, OFFHOOK_SETTING_NONE, "0.6", "0..1", NULL,
     "... which is below this confidence."},
    {"budget-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "400", "50..5000", NULL,
     "... and how long the caller waits for it at most."},
    {NULL},
};

static OffhookSentimentRule
offhook_sentiment_options_read_rule(const char *name)
{
	if (g_str_equal(name, "offer"))
		return OFFHOOK_SENTIMENT_OFFER;
	return g_str_equal(name, "transfer") ? OFFHOOK_SENTIMENT_TRANSFER : OFFHOOK_SENTIMENT_TELL;
}

OffhookSentimentOptions *
offhook_sentiment_options_new(OffhookSettings *settings, GHashTable *values, GError **error)
{
	g_autoptr(OffhookSettings) all =
	    offhook_settings_override(settings, values, "sentiment", error);
	g_autoptr(OffhookSentimentOptions) self = NULL;

	if (all == NULL)
		return NULL;
	self = g_new0(OffhookSentimentOptions, 1);
	self->after = (guint)offhook_settings_get_integer(all, "after");
	self->rule = offhook_sentiment_options_read_rule(offhook_settings_get_string(all, "then"));
	self->human = offhook_settings_dup_string(all, "human");
	self->again_after = (guint)offhook_settings_get_integer(all, "again-after");
	self->classify = offhook_settings_get_boolean(all, "classify");
	self->threshold = offhook_settings_get_number(all, "threshold");
	self->budget_ms = (guint)offhook_settings_get_integer(all, "budget-ms");
	if (self->rule != OFFHOOK_SENTIMENT_TELL && self->human == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "[sentiment] human is missing: then=%s needs the number of a person",
			    offhook_settings_get_string(all, "then"));
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
offhook_sentiment_options_free(OffhookSentimentOptions *self)
{
	if (self == NULL)
		return;
	g_free(self->human);
	g_free(self);
}
