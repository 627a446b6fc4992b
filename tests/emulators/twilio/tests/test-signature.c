/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The signature against the vectors of the protocol sheet, which come from the carrier's own
 * library. */

#include "../signature.h"

#define TOKEN "12ab34cd56ef78900987fe65dc43ba21"

static void
test_post(void)
{
	g_autoptr(OffhookEmuForm) form = offhook_emu_form_new();
	g_autofree gchar *signature = NULL;

	offhook_emu_form_add(form, "To", "+15550123456");
	offhook_emu_form_add(form, "From", "+15550198765");
	offhook_emu_form_add(form, "CallSid", "CAaaaabbbbccccddddeeeeffff00001111");
	offhook_emu_form_add(form, "CallStatus", "ringing");
	offhook_emu_form_add(form, "caller", "x");
	offhook_emu_form_add(form, "Called", "+15550123456");
	signature = offhook_emu_signature_make(
	    TOKEN, "https://pbx.example.com/hooks/twilio/voice?agent=sales", form);
	g_assert_cmpstr(signature, ==, "2iewTVOy7F7G8iXpqPCc9eZLuIw=");
}

static void
test_upgrade(void)
{
	g_autofree gchar *signature =
	    offhook_emu_signature_make(TOKEN, "wss://pbx.example.com/media/twilio", NULL);

	g_assert_cmpstr(signature, ==, "D0FYA92TuCT6EWTRAk0PozeN7EI=");
}

static void
test_url_with_query(void)
{
	g_autofree gchar *signature = offhook_emu_signature_make(
	    TOKEN,
	    "https://pbx.example.com/hooks/json?bodySHA256="
	    "e3630cb76f3aac7f789608ba950414cda12ff691ea3cbc5c3a50faa34cb74827",
	    NULL);

	g_assert_cmpstr(signature, ==, "E51xOEwDEwpk9jqDSv3ds8sSONA=");
}

static void
test_fragment_is_not_signed(void)
{
	g_autofree gchar *with =
	    offhook_emu_signature_make(TOKEN, "https://pbx.example.com/a#rc=2", NULL);
	g_autofree gchar *without =
	    offhook_emu_signature_make(TOKEN, "https://pbx.example.com/a", NULL);

	g_assert_cmpstr(with, ==, without);
}

static void
test_repeated_fields(void)
{
	g_autoptr(OffhookEmuForm) twice = offhook_emu_form_new();
	g_autoptr(OffhookEmuForm) once = offhook_emu_form_new();
	g_autofree gchar *a = NULL;
	g_autofree gchar *b = NULL;

	offhook_emu_form_add(twice, "Event", "ringing");
	offhook_emu_form_add(twice, "Event", "answered");
	offhook_emu_form_add(twice, "Event", "ringing");
	offhook_emu_form_add(once, "Event", "answered");
	offhook_emu_form_add(once, "Event", "ringing");
	a = offhook_emu_signature_make(TOKEN, "https://pbx.example.com/", twice);
	b = offhook_emu_signature_make(TOKEN, "https://pbx.example.com/", once);
	g_assert_cmpstr(a, ==, b);
}

static void
test_form_encoding(void)
{
	g_autoptr(OffhookEmuForm) form = offhook_emu_form_new();
	g_autofree gchar *text = NULL;

	offhook_emu_form_add(form, "To", "+1 555~");
	offhook_emu_form_add(form, "City", "");
	offhook_emu_form_add(form, "a&b", "\xc3\xa9=*");
	text = offhook_emu_form_encode(form);
	g_assert_cmpstr(text, ==, "To=%2B1+555%7E&City=&a%26b=%C3%A9%3D*");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulators/twilio/signature/post", test_post);
	g_test_add_func("/emulators/twilio/signature/upgrade", test_upgrade);
	g_test_add_func("/emulators/twilio/signature/url-with-query", test_url_with_query);
	g_test_add_func("/emulators/twilio/signature/fragment-is-not-signed",
			test_fragment_is_not_signed);
	g_test_add_func("/emulators/twilio/signature/repeated-fields", test_repeated_fields);
	g_test_add_func("/emulators/twilio/form/encoding", test_form_encoding);
	return g_test_run();
}
