/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tables fit the terminal. */

#include "cli/print/table.h"

#include <stdlib.h>
#include <string.h>

#define LONG                                                                                       \
	"A sentence that is longer than all of the columns that there are in this table together"

OFFHOOK_TABLE_TEXT(print_id, "id")
OFFHOOK_TABLE_TEXT(print_text, "text")

static const OffhookTableColumn columns[] = {
    {"ID", 12, 0, print_id},
    {"STATE", 10, 1, print_id},
    {"REMARK", OFFHOOK_TABLE_REST, 1, print_text},
    {NULL},
};

/* (transfer full): the table's lines at a width of @characters */
static char **
make_table(const char *characters)
{
	g_autoptr(JsonNode) rows =
	    json_from_string("[{\"id\":\"one\",\"text\":\"" LONG "\"},{\"id\":\"two\"}]", NULL);
	g_autoptr(GString) text = g_string_new(NULL);

	if (characters != NULL)
		g_setenv("COLUMNS", characters, TRUE);
	else
		g_unsetenv("COLUMNS");
	offhook_table_append(text, columns, json_node_get_array(rows), G_MAXUINT);
	g_assert_true(g_str_has_suffix(text->str, "\n"));
	g_string_truncate(text, text->len - 1);
	return g_strsplit(text->str, "\n", -1);
}

static void
test_width(void)
{
	static const char *const widths[] = {"1", "8", "12", "30", "46", "60", "80", "300"};

	for (guint i = 0; i < G_N_ELEMENTS(widths); i++) {
		g_auto(GStrv) lines = make_table(widths[i]);

		g_assert_cmpuint(g_strv_length(lines), ==, 3);
		for (guint n = 0; lines[n] != NULL; n++)
			g_assert_cmpint(g_utf8_strlen(lines[n], -1), <=, atoi(widths[i]));
	}
}

/* What the others leave is the last one's. */
static void
test_rest(void)
{
	g_auto(GStrv) narrow = make_table("30");
	g_auto(GStrv) wide = make_table("60");
	g_auto(GStrv) endless = make_table(NULL);

	g_assert_cmpstr(narrow[0], ==, "ID");
	g_assert_cmpstr(narrow[1], ==, "one");
	g_assert_cmpint(g_utf8_strlen(wide[1], -1), ==, 60);
	g_assert_true(g_str_has_suffix(wide[1], "…"));
	g_assert_cmpstr(wide[2], ==, "two           two         -");
	g_assert_true(g_str_has_suffix(endless[1], LONG));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/table/width", test_width);
	g_test_add_func("/cli/table/rest", test_rest);
	return g_test_run();
}
