/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Vectors as text and compared. There are some hundreds of a user at most: each with each is a
 * millisecond. Any thread.
 */

#include "store/record/vector.h"

#include <math.h>

/* As an engine gives at most. */
#define OFFHOOK_VECTOR_MAX 4096

char *
offhook_vector_to_text(const GArray *vector)
{
	GString *text = g_string_new("[");
	char digits[G_ASCII_DTOSTR_BUF_SIZE];

	for (guint i = 0; i < vector->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? "," : "",
				       g_ascii_formatd(digits, sizeof digits, "%.7g",
						       g_array_index(vector, gfloat, i)));
	g_string_append_c(text, ']');
	return g_string_free(text, FALSE);
}

GArray *
offhook_vector_from_text(const char *text)
{
	g_autoptr(GArray) vector = g_array_new(FALSE, FALSE, sizeof(gfloat));

	if (*text++ != '[')
		return NULL;
	while (vector->len < OFFHOOK_VECTOR_MAX) {
		char *end;
		gfloat value = (gfloat)g_ascii_strtod(text, &end);

		if (end == text || !isfinite(value))
			return NULL;
		g_array_append_val(vector, value);
		if (*end == ']')
			return end[1] == '\0' ? g_steal_pointer(&vector) : NULL;
		if (*end != ',')
			return NULL;
		text = end + 1;
	}
	return NULL;
}

JsonArray *
offhook_vector_to_json(const GArray *vector)
{
	JsonArray *array = json_array_sized_new(vector->len);

	for (guint i = 0; i < vector->len; i++)
		json_array_add_double_element(array, g_array_index(vector, gfloat, i));
	return array;
}

double
offhook_vector_get_cosine(const GArray *a, const GArray *b)
{
	double product = 0, square_a = 0, square_b = 0;

	if (a->len != b->len)
		return 0;
	for (guint i = 0; i < a->len; i++) {
		double x = g_array_index(a, gfloat, i);
		double y = g_array_index(b, gfloat, i);

		product += x * y;
		square_a += x * x;
		square_b += y * y;
	}
	return square_a > 0 && square_b > 0 ? product / (sqrt(square_a) * sqrt(square_b)) : 0;
}
