/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the caller is expected to say. Filled by one thread, then read by any.
 */

#include <offhook/expectation.h>

struct _OffhookExpectation {
	gatomicrefcount ref_count;
	OffhookExpectationKind kind;
	GPtrArray *phrases;      /* utf8, %NULL-terminated */
	GPtrArray *slots;        /* utf8, %NULL-terminated; keys of slot_values */
	GHashTable *slot_values; /* utf8 -> GStrv */
	guint min_digits;
	guint max_digits;
};

/* Keeps a pointer array ending with %NULL. */
static void
offhook_expectation_append(GPtrArray *array, const char *text)
{
	g_ptr_array_insert(array, array->len - 1, g_strdup(text));
}

OffhookExpectation *
offhook_expectation_new(OffhookExpectationKind kind)
{
	OffhookExpectation *self = g_new0(OffhookExpectation, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->kind = kind;
	self->phrases = g_ptr_array_new_with_free_func(g_free);
	self->slots = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(self->phrases, NULL);
	g_ptr_array_add(self->slots, NULL);
	self->slot_values =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
	return self;
}

OffhookExpectation *
offhook_expectation_ref(OffhookExpectation *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_expectation_unref(OffhookExpectation *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_ptr_array_unref(self->phrases);
	g_ptr_array_unref(self->slots);
	g_hash_table_unref(self->slot_values);
	g_free(self);
}

void
offhook_expectation_add_phrase(OffhookExpectation *self, const char *phrase)
{
	g_return_if_fail(phrase != NULL);

	offhook_expectation_append(self->phrases, phrase);
}

void
offhook_expectation_add_slot(OffhookExpectation *self, const char *name, const char *const *values)
{
	g_return_if_fail(name != NULL && values != NULL);

	if (!g_hash_table_contains(self->slot_values, name))
		offhook_expectation_append(self->slots, name);
	g_hash_table_insert(self->slot_values, g_strdup(name), g_strdupv((char **)values));
}

void
offhook_expectation_set_digits(OffhookExpectation *self, guint min, guint max)
{
	g_return_if_fail(min <= max);

	self->min_digits = min;
	self->max_digits = max;
}

OffhookExpectationKind
offhook_expectation_get_kind(OffhookExpectation *self)
{
	return self->kind;
}

const char *const *
offhook_expectation_get_phrases(OffhookExpectation *self)
{
	return (const char *const *)self->phrases->pdata;
}

const char *const *
offhook_expectation_get_slots(OffhookExpectation *self)
{
	return (const char *const *)self->slots->pdata;
}

const char *const *
offhook_expectation_get_slot_values(OffhookExpectation *self, const char *name)
{
	return g_hash_table_lookup(self->slot_values, name);
}

void
offhook_expectation_get_digits(OffhookExpectation *self, guint *min, guint *max)
{
	*min = self->min_digits;
	*max = self->max_digits;
}
