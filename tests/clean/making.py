"""What a guest makes on a target, by kinds."""

from tests.clean.conftest import Guest

SECRET = "a very secret word"


def make(guest: Guest) -> None:
    """One thing of each kind that can be removed, and stock."""
    guest.platform.users.create_user("grace", "grace@example.com")
    answer = guest.platform.products.create_product("desk", 1, "EUR", token=guest.admin)
    product = answer.json()["product_id"]
    guest.platform.inventory.set_stock(product, 3, token=guest.admin)
    guest.platform.orders.create_order("grace", product, 1, token=guest.admin)
    guest.platform.links.shorten("https://example.com/", api_key=guest.keys[1])


def register(guest: Guest) -> None:
    guest.platform.auth.register("grace", "grace@example.com", SECRET)


def note(guest: Guest) -> None:
    """A todo of an account whose password nobody else has."""
    guest.platform.todos.register_todo_user("grace", SECRET)
    token = guest.platform.todos.login_todo_user("grace", SECRET).json()["access_token"]
    guest.platform.todos.create_todo("wash up", token=token)
