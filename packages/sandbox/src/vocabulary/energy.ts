import type { Domain } from './domain.ts';

export const ENERGY: Domain = {
  key: 'energy',
  path: 'home',
  kinds: [
    { name: 'Customer Portal', type: 'website', description: 'Meter readings, bills and tariffs of a power company' },
    { name: 'Home Control', type: 'mobile_app_android', description: 'Heating, lights and wall box from the phone' },
    { name: 'Charging App', type: 'mobile_app_ios', description: 'Find, start and pay for charging' },
  ],
  sections: ['Contracts', 'Smart home', 'E-mobility', 'Service'],
  personas: ['tenant', 'house owner', 'driver', 'new customer', 'service agent'],
  things: ['meter reading', 'wall box', 'heating schedule', 'charging card', 'final bill', 'roof panel'],
  thingsDe: ['Zählerstand', 'Wallbox', 'Heizplan', 'Ladekarte', 'Schlussrechnung'],
  areas: [
    {
      title: 'Meter readings',
      titleDe: 'Zählerstände',
      where: 'Portal > Readings',
      description: 'Enter, photograph, correct',
      stories: ['enter a reading', 'photograph the meter', 'correct a reading of yesterday', 'see the yearly curve'],
    },
    {
      title: 'Bills',
      titleDe: 'Rechnungen',
      where: 'Portal > Bills',
      description: 'Bills, instalments, bank account',
      stories: ['download a bill', 'change the monthly instalment', 'see how a bill was computed'],
    },
    {
      title: 'Tariff change',
      titleDe: 'Tarifwechsel',
      where: 'Portal > My tariff',
      description: 'Compare and switch tariffs',
      stories: ['compare two tariffs', 'switch to another tariff', 'withdraw within 14 days'],
    },
    {
      title: 'Charging map',
      titleDe: 'Ladekarte',
      where: 'First screen of the app',
      description: 'Stations nearby with state and price',
      stories: ['filter by plug', 'see the price before charging', 'navigate to a station', 'report a broken station'],
    },
    {
      title: 'Charging session',
      titleDe: 'Ladevorgang',
      where: 'Scan the code at a station',
      description: 'Start, watch, stop, receipt',
      stories: ['start with the app', 'stop from afar', 'get a receipt'],
    },
    {
      title: 'Heating schedules',
      titleDe: 'Heizpläne',
      where: 'Room > Schedule',
      description: 'Temperatures by day and room',
      stories: ['copy a day', 'boost a room for an hour', 'set a holiday mode'],
    },
    {
      title: 'Moving house',
      titleDe: 'Umzug',
      where: 'Portal > Moving',
      description: 'Take a contract along or end it',
      stories: ['announce a move', 'enter the final reading', 'upload the handover record'],
    },
    {
      title: 'Messages',
      titleDe: 'Nachrichten',
      where: 'Envelope symbol',
      description: 'Questions to the service team and their answers',
      stories: ['ask a question with a picture', 'answer a message', 'find an old message'],
    },
  ],
  defects: [
    {
      title: 'Reading lower than the last one is accepted without a question',
      steps: ['Open the readings', 'Enter a value {number} below the last one', 'Save'],
      expected: 'A question whether the meter was changed',
      actual: 'The reading is saved and the yearly use is negative',
    },
    {
      title: 'Price at the station differs from the price in the app',
      steps: ['Open {area}', 'Note the price per kWh', 'Start a session', 'Compare with the receipt'],
      expected: 'The price that was shown',
      actual: 'The receipt has {price} more',
    },
    {
      title: 'Schedule is shifted by one hour since the time change',
      steps: ['Open {area}', 'Compare the schedule with the state of the {thing}'],
      expected: 'Switching at the times shown',
      actual: 'Everything switches one hour late',
    },
    {
      title: 'Upload of a photo of the {thing} fails without a message',
      steps: ['Open {area}', 'Choose a photo of about {number} MB', 'Save'],
      expected: 'The photo is stored, or a message names the limit',
      actual: 'The form closes, the photo is missing',
    },
  ],
};
