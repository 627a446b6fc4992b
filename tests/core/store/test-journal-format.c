/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The journal's files: everything of a write comes back, and whatever is wrong in a file costs what it
 * is, no more.
 */

#include "store-sample.h"
#include "store/journal/journal-format.h"
#include "store/journal/store-codec.h"

#include <string.h>

#include <offhook/error.h>

/* A line of what nobody would write. */
#define NASTY "\xc3\xa4\"\\\n\t\x01 end"

static GString *
make_file(guint n)
{
	GString *file = g_string_new(OFFHOOK_JOURNAL_FORMAT_HEADER);

	for (guint i = 1; i <= n; i++) {
		OffhookCallEventRecord event = store_sample_event("c1", i, "call.started");
		g_autoptr(OffhookStoreWrite) write =
		    offhook_store_write_new(OFFHOOK_STORE_ADD_EVENT, &event);

		offhook_journal_format_add(file, write);
	}
	return file;
}

static OffhookJournalContents *
parse(const GString *file)
{
	g_autoptr(GError) error = NULL;
	OffhookJournalContents *contents =
	    offhook_journal_format_parse(file->str, file->len, TRUE, &error);

	g_assert_no_error(error);
	return contents;
}

static void
check(const GString *file, guint n_writes, guint n_damaged, gsize torn)
{
	g_autoptr(OffhookJournalContents) contents = parse(file);

	g_assert_cmpuint(contents->n_writes, ==, n_writes);
	g_assert_cmpuint(contents->writes->len, ==, n_writes);
	g_assert_cmpuint(contents->n_damaged, ==, n_damaged);
	g_assert_cmpuint(contents->torn, ==, torn);
}

static void
check_field(const OffhookField *field, gconstpointer a, gconstpointer b)
{
	g_test_message("%s", field->name);
	if (field->kind == OFFHOOK_FIELD_TEXT)
		g_assert_cmpstr(*OFFHOOK_FIELD_AT(a, field, char *), ==,
				*OFFHOOK_FIELD_AT(b, field, char *));
	else if (field->kind == OFFHOOK_FIELD_FIGURE)
		g_assert_cmpfloat(*OFFHOOK_FIELD_AT(a, field, double), ==,
				  *OFFHOOK_FIELD_AT(b, field, double));
	else if (field->kind == OFFHOOK_FIELD_TIME || field->kind == OFFHOOK_FIELD_LENGTH)
		g_assert_cmpint(*OFFHOOK_FIELD_AT(a, field, gint64), ==,
				*OFFHOOK_FIELD_AT(b, field, gint64));
	else
		g_assert_cmpuint(*OFFHOOK_FIELD_AT(a, field, guint), ==,
				 *OFFHOOK_FIELD_AT(b, field, guint));
}

/* Something else in every field, as far as it may be. */
static void
fill_record(const OffhookRecordType *type, gpointer record)
{
	for (guint i = 0; i < type->n_fields; i++) {
		const OffhookField *field = &type->fields[i];

		if (field->kind == OFFHOOK_FIELD_TIME || field->kind == OFFHOOK_FIELD_LENGTH)
			*OFFHOOK_FIELD_AT(record, field, gint64) = 1790000000123456 + i;
		else if (field->kind == OFFHOOK_FIELD_FIGURE)
			*OFFHOOK_FIELD_AT(record, field, double) = 0.1 + i / 3.0;
		else if (field->kind == OFFHOOK_FIELD_COUNT)
			*OFFHOOK_FIELD_AT(record, field, guint) = G_MAXINT32 - i;
		else if (field->kind == OFFHOOK_FIELD_FLAG)
			*OFFHOOK_FIELD_AT(record, field, gboolean) = TRUE;
		else if (field->words != NULL)
			*OFFHOOK_FIELD_AT(record, field, char *) = g_strdup(field->words[0]);
		else if ((field->flags & OFFHOOK_FIELD_JSON) != 0)
			*OFFHOOK_FIELD_AT(record, field, char *) = g_strdup("{\"a\":[1,\"\\n\"]}");
		else
			*OFFHOOK_FIELD_AT(record, field, char *) = g_strdup(NASTY);
	}
}

static void
test_round_trip(void)
{
	for (guint kind = 0; kind < OFFHOOK_STORE_WRITE_LAST; kind++) {
		const OffhookRecordType *type = offhook_store_write_kind_get_type(kind);
		gpointer record = offhook_record_type_new(type);
		g_autoptr(OffhookStoreWrite) write = NULL;
		g_autoptr(GString) file = g_string_new(OFFHOOK_JOURNAL_FORMAT_HEADER);
		g_autoptr(OffhookJournalContents) contents = NULL;
		const OffhookStoreWrite *got;

		fill_record(type, record);
		write = offhook_store_write_new_take(kind, record);
		offhook_journal_format_add(file, write);
		contents = parse(file);
		g_assert_cmpuint(contents->n_writes, ==, 1);
		got = g_ptr_array_index(contents->writes, 0);
		g_assert_cmpint(got->kind, ==, kind);
		g_assert_cmpuint(got->size, ==, write->size);
		for (guint i = 0; i < type->n_fields; i++)
			check_field(&type->fields[i], write->record, got->record);
	}
}

/* Of a record without more than it must have nothing is made up. */
static void
test_round_trip_empty(void)
{
	OffhookTurnRecord turn = {
	    .call_id = (char *)"c1",
	    .started_us = STORE_SAMPLE_US,
	    .times = OFFHOOK_TURN_TIMES_RECORD_INIT,
	};
	g_autoptr(OffhookStoreWrite) write = offhook_store_write_new(OFFHOOK_STORE_PUT_TURN, &turn);
	g_autofree char *text = offhook_store_codec_encode(write);
	g_autoptr(OffhookStoreWrite) got = offhook_store_codec_decode(text, strlen(text), NULL);

	g_assert_nonnull(got);
	for (guint i = 0; i < offhook_turn_record_type.n_fields; i++)
		check_field(&offhook_turn_record_type.fields[i], &turn, got->record);
}

/* The file of an older version lacks what came later. */
static void
test_older_record(void)
{
	const char *text = "{\"write\":\"put-turn\",\"turn\":{\"call_id\":\"c1\",\"index\":2,"
			   "\"started_us\":5}}";
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookStoreWrite) write = offhook_store_codec_decode(text, strlen(text), &error);
	const OffhookTurnRecord *turn;

	g_assert_no_error(error);
	turn = write->record;
	g_assert_cmpuint(turn->index, ==, 2);
	g_assert_cmpfloat(turn->times.answer_delay_ms, ==, -1);
	g_assert_null(turn->stt);
}

static void
test_refused_records(void)
{
	static const char *const texts[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"write\":\"put-spaceship\",\"call\":{}}",
	    "{\"write\":\"put-turn\"}",
	    "{\"write\":\"put-turn\",\"turn\":5}",
	    "{\"write\":\"put-turn\",\"turn\":{\"call_id\":7,\"index\":2,\"started_us\":5}}",
	    "{\"write\":\"put-turn\",\"turn\":{\"call_id\":\"c1\",\"index\":-2,\"started_us\":5}}",
	    "{\"write\":\"put-turn\",\"turn\":{\"call_id\":\"c1\",\"index\":2}}",
	    "{\"write\":\"update-message\",\"message\":{\"id\":\"m1\"}}",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_store_codec_decode(texts[i], strlen(texts[i]), &error));
		g_test_message("%s", error->message);
		g_assert_true(error->domain == OFFHOOK_ERROR);
	}
}

static void
test_torn(void)
{
	g_autoptr(GString) file = make_file(3);
	const char *last;

	check(file, 3, 0, 0);
	g_string_truncate(file, file->len - 1);
	last = strrchr(file->str, '\n') + 1;
	check(file, 2, 0, strlen(last));
	g_string_truncate(file, 5);
	check(file, 0, 0, 5);
	g_string_truncate(file, 0);
	check(file, 0, 0, 0);
}

static void
test_damaged(void)
{
	g_autoptr(GString) file = make_file(3);
	char *second = strchr(strchr(file->str, '\n') + 1, '\n') + 1;

	second[60] ^= 1;
	check(file, 2, 1, 0);
	second[60] ^= 1;
	/* Two lines become one. */
	second[-1] = ' ';
	check(file, 1, 1, 0);
	second[-1] = '\n';
	/* The length is not that of the text. */
	second[17] = second[17] == '1' ? '2' : '1';
	check(file, 2, 1, 0);
}

static void
test_header(void)
{
	g_autoptr(GString) file = make_file(2);
	g_autoptr(GString) newer = g_string_new("offhook-journal 2\nwhatever\n");
	g_autoptr(GString) other = g_string_new("PNG\n\n\nx");
	g_autoptr(GError) error = NULL;

	file->str[0] = 'O';
	check(file, 2, 1, 0);
	check(other, 0, 3, 1);
	g_assert_null(offhook_journal_format_parse(newer->str, newer->len, FALSE, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INCOMPATIBLE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/journal/format/round-trip", test_round_trip);
	g_test_add_func("/journal/format/round-trip-empty", test_round_trip_empty);
	g_test_add_func("/journal/format/older-record", test_older_record);
	g_test_add_func("/journal/format/refused-records", test_refused_records);
	g_test_add_func("/journal/format/torn", test_torn);
	g_test_add_func("/journal/format/damaged", test_damaged);
	g_test_add_func("/journal/format/header", test_header);
	return g_test_run();
}
