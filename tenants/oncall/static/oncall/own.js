// Copying the calendar's address with one press. Without this the address stands in its field all the same.
for (const button of document.querySelectorAll('[data-copy]')) {
  const field = document.getElementById(button.dataset.copy);
  const told = button.closest('.field').querySelector('[data-copied]');
  button.hidden = false;
  button.addEventListener('click', async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      told.textContent = 'Adressen är kopierad.';
    } catch {
      told.textContent = 'Adressen är markerad. Kopiera den.';
    }
  });
}
document.documentElement.dataset.ready = '';
