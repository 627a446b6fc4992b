/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The values that looking back asks with and is answered with, and cursors. Plain values. Any thread.
 */

#include "store/store-history-query.h"

#include <string.h>

#include "base/json.h"

void
offhook_history_query_free(OffhookHistoryQuery *self)
{
	if (self == NULL)
		return;
	g_free(self->before.id);
	g_free(self->status);
	g_free(self->phone_number);
	g_free(self->direction);
	g_free(self->provider);
	g_free(self->assistant);
	g_free(self->role);
	g_free(self->call_id);
	offhook_search_query_free(self->search);
	g_free(self);
}

/* ---- rows ---- */

/* What is read is not checked, so a name and a place is all there is to a field. */
#define COLUMN(record, member, kind) OFFHOOK_FIELD_INIT(record, member, #member, #member, kind)

static const OffhookField offhook_history_place_fields[] = {
    COLUMN(OffhookHistoryPlace, at, TIME),
    COLUMN(OffhookHistoryPlace, id, TEXT),
};

static const OffhookField offhook_search_hit_fields[] = {
    COLUMN(OffhookSearchHit, number, TIME),
    COLUMN(OffhookSearchHit, message_id, TEXT),
    COLUMN(OffhookSearchHit, conversation_id, TEXT),
    COLUMN(OffhookSearchHit, call_id, TEXT),
    COLUMN(OffhookSearchHit, role, TEXT),
    COLUMN(OffhookSearchHit, content, TEXT),
    COLUMN(OffhookSearchHit, at_us, TIME),
    COLUMN(OffhookSearchHit, interrupted, FLAG),
    COLUMN(OffhookSearchHit, call_created_us, TIME),
    COLUMN(OffhookSearchHit, direction, TEXT),
    COLUMN(OffhookSearchHit, phone_number, TEXT),
    COLUMN(OffhookSearchHit, provider, TEXT),
    COLUMN(OffhookSearchHit, assistant, TEXT),
};

static const OffhookField offhook_statistics_record_fields[] = {
    COLUMN(OffhookStatisticsRecord, day, LENGTH),
    COLUMN(OffhookStatisticsRecord, provider, TEXT),
    COLUMN(OffhookStatisticsRecord, assistant, TEXT),
    COLUMN(OffhookStatisticsRecord, calls, LENGTH),
    COLUMN(OffhookStatisticsRecord, answered, LENGTH),
    COLUMN(OffhookStatisticsRecord, talk_us, LENGTH),
    COLUMN(OffhookStatisticsRecord, cost, FIGURE),
    COLUMN(OffhookStatisticsRecord, answer_delay_ms, FIGURE),
};

#define RECORD_TYPE(prefix, record)                                                                \
	static void prefix##_free(gpointer self)                                                   \
	{                                                                                          \
		offhook_record_type_free(&prefix##_type, self);                                    \
	}                                                                                          \
	const OffhookRecordType prefix##_type = {.name = #record,                                  \
						 .size = sizeof(record),                           \
						 .fields = prefix##_fields,                        \
						 .n_fields = G_N_ELEMENTS(prefix##_fields),        \
						 .destroy = prefix##_free};

/* clang-format off */
RECORD_TYPE(offhook_history_place, OffhookHistoryPlace)
RECORD_TYPE(offhook_search_hit, OffhookSearchHit)
RECORD_TYPE(offhook_statistics_record, OffhookStatisticsRecord)
/* clang-format on */

/* ---- cursors ---- */

char *
offhook_history_place_to_cursor(const OffhookHistoryPlace *self, char kind)
{
	g_autofree char *plain =
	    g_strdup_printf("%c%" G_GINT64_FORMAT ":%s", kind, self->at, self->id);
	char *cursor = g_base64_encode((const guchar *)plain, strlen(plain));

	/* Fit for a URL. */
	return g_strdelimit(g_strdelimit(g_strdelimit(cursor, "+", '-'), "/", '_'), "=", '.');
}

static gboolean
offhook_history_place_read(const char *plain, char kind, OffhookHistoryPlace *place)
{
	g_auto(GStrv) parts = g_strsplit(plain, ":", 2);

	if (*plain != kind || g_strv_length(parts) != 2 ||
	    !g_ascii_string_to_signed(parts[0] + 1, 10, 0, G_MAXINT64, &place->at, NULL))
		return FALSE;
	place->id = g_strdup(parts[1]);
	return TRUE;
}

gboolean
offhook_history_place_parse(const char *cursor, char kind, OffhookHistoryPlace *place,
			    GError **error)
{
	g_autofree char *given = g_strdup(cursor);
	g_autofree char *plain = NULL;
	gsize length;

	g_strdelimit(g_strdelimit(g_strdelimit(given, "-", '+'), "_", '/'), ".", '=');
	plain = (char *)g_base64_decode(given, &length);
	if (length > 0 && g_utf8_validate(plain, (gssize)length, NULL)) {
		g_autofree char *text = g_strndup(plain, length);

		if (offhook_history_place_read(text, kind, place))
			return TRUE;
	}
	return offhook_json_refuse(error, "cursor", cursor, "the cursor of the page before");
}
