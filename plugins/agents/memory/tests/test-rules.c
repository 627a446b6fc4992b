/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is remembered without a model, and what is a wish. */

#include "../memory-rules.h"

#include <string.h>

static void
check(const char *words, const char *expected)
{
	g_autoptr(GPtrArray) notes = offhook_memory_rules_read(words);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < notes->len; i++) {
		const OffhookMemoryNote *note = g_ptr_array_index(notes, i);

		g_string_append_printf(text, "%s%s(%s):%s", i > 0 ? " | " : "",
				       offhook_memory_kind_to_string(note->kind),
				       note->key != NULL ? note->key : "", note->text);
	}
	g_assert_cmpstr(text->str, ==, expected);
}

static void
test_names(void)
{
	check("Hello, my name is Ada Lovelace.", "fact(name):Ada Lovelace");
	check("hi my name is ada lovelace and i want a table", "fact(name):Ada Lovelace");
	check("My name's O'Brien", "fact(name):O'Brien");
	check("my name\xe2\x80\x99s Anne-Marie, hello", "fact(name):Anne-Marie");
	check("This is Grace speaking", "fact(name):Grace");
	check("Hello, I'm Grace Hopper.", "fact(name):Grace Hopper");
	check("I am Grace", "fact(name):Grace");
	check("Guten Tag, mein Name ist J\xc3\xbcrgen M\xc3\xbcller und ich",
	      "fact(name):J\xc3\xbcrgen M\xc3\xbcller");
	check("ich hei\xc3\x9f"
	      "e anna",
	      "fact(name):Anna");
	check("hier spricht Otto aus Berlin", "fact(name):Otto");
}

static void
test_no_names(void)
{
	check("I am looking for a table", "");
	check("I'm German.", "");
	check("i am late", "");
	check("My name is not important", "");
	check("this is a test", "");
	check("Ich bin Kunde.", "");
	check("what is my name", "");
	check("", "");
	check(" \t\n", "");
}

static void
test_preferences(void)
{
	check("I prefer a table by the window, please.",
	      "preference():I prefer a table by the window");
	check("well i really like red wine", "preference():i really like red wine");
	check("I don't eat meat", "preference():I don't eat meat");
	check("Ich mag keinen Fisch", "preference():Ich mag keinen Fisch");
	check("am liebsten sitze ich am Fenster", "preference():am liebsten sitze ich am Fenster");
	check("I'm allergic to nuts. And I'm late.", "fact():I'm allergic to nuts");
	check("Ich bin allergisch gegen N\xc3\xbcsse",
	      "fact():Ich bin allergisch gegen N\xc3\xbcsse");
	check("Please remember that I park in the yard.", "fact():I park in the yard");
	check("Merk dir, dass ich im Hof parke", "fact():ich im Hof parke");
	/* An order is none, nor is a question. */
	check("I would like a table for two", "");
	check("I'd like to book", "");
	check("do you remember that I called?", "");
}

static void
check_wish(const char *words, OffhookMemoryWish expected)
{
	if (offhook_memory_rules_get_wish(words) != expected)
		g_error("\"%s\" is taken for %d", words, offhook_memory_rules_get_wish(words));
}

static void
test_wishes(void)
{
	static const char *const forget[] = {
	    "Please forget what you know about me.",
	    "forget everything you know about me",
	    "Delete everything you have on me",
	    "Could you forget all about me",
	    "please forget me",
	    "erase my data",
	    "Bitte vergessen Sie alles \xc3\xbc"
	    "ber mich.",
	    "vergiss alles, was du \xc3\xbc"
	    "ber mich wei\xc3\x9ft",
	    "L\xc3\xb6schen Sie bitte meine Daten",
	    "vergiss mich",
	};
	static const char *const none[] = {
	    "forget it",
	    "Forget about the table",
	    "don't forget me",
	    "Please don't forget what I told you about me",
	    "Vergiss mich nicht",
	    "what do you know about wine",
	    "",
	};

	for (guint i = 0; i < G_N_ELEMENTS(forget); i++)
		check_wish(forget[i], OFFHOOK_MEMORY_WISH_FORGET);
	for (guint i = 0; i < G_N_ELEMENTS(none); i++)
		check_wish(none[i], OFFHOOK_MEMORY_WISH_NONE);
	check_wish("What do you know about me?", OFFHOOK_MEMORY_WISH_TELL);
	check_wish("was wissen Sie \xc3\xbc"
		   "ber mich",
		   OFFHOOK_MEMORY_WISH_TELL);
	check_wish("what do you know about wine", OFFHOOK_MEMORY_WISH_NONE);
}

/* Any bytes, any length, soon. */
static void
test_any(void)
{
	g_autofree char *names = g_strnfill(100000, 'a');
	g_autoptr(GString) many = g_string_new(NULL);

	for (guint i = 0; i < 5000; i++)
		g_string_append(many, "i like ");
	g_ptr_array_unref(offhook_memory_rules_read(names));
	g_ptr_array_unref(offhook_memory_rules_read(many->str));
	g_ptr_array_unref(offhook_memory_rules_read("my name is \xff\xfe"));
	check_wish(many->str, OFFHOOK_MEMORY_WISH_NONE);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/memory/rules/names", test_names);
	g_test_add_func("/memory/rules/no-names", test_no_names);
	g_test_add_func("/memory/rules/preferences", test_preferences);
	g_test_add_func("/memory/rules/wishes", test_wishes);
	g_test_add_func("/memory/rules/any", test_any);
	return g_test_run();
}
