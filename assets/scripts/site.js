// The public site's script. Pages are whole without it.
import { startForms } from "./forms.js";

startForms();
